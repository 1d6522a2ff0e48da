// SPDX-License-Identifier: MIT OR GPL-2.0

/* The softgpu program: options, the socket, signals, and what is printed at the end. */

#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "server.h"

#include "abi/abi.h"

#define EXIT_USAGE	2

struct options {
	struct softgpu_config config;
	const char *socket, *unknown, *trace, *make_firmware;
	bool keep, stats;
};

struct listener {
	const char *path;
	int sock;
};

__attribute__((format(printf, 1, 2))) static void complain(const char *fmt, ...)
{
	va_list args;

	fputs("softgpu: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
}

static void print_line(void *ctx, const char *line)
{
	(void)ctx;
	complain("%s", line);
}

static void usage(FILE *to)
{
	fputs("Usage: softgpu --socket PATH [OPTION]...\n"
	      "       softgpu --make-firmware DIR\n"
	      "A model of an NVIDIA GA106 GPU, which QEMU attaches by vfio-user-pci.\n\n"
	      "  --socket PATH         listen here for QEMU\n"
	      "  --vram MIB            video memory, 256 to 8192 (6144)\n"
	      "  --no-rebar            BAR1 of 256 MiB through page walks, not all of video memory\n"
	      "  --trap-bar1           BAR1 through page walks though it covers video memory\n"
	      "  --fault NAME[:N]      do something wrong; --fault help lists what\n"
	      "  --gsp-firmware FILE   compare the GSP image that the driver boots with this file's\n"
	      "  --trace FILE          write registers and messages there\n"
	      "  --unknown FILE        write there what the model did not know, at the end and on SIGUSR1\n"
	      "  --stats               print counts at the end\n"
	      "  --once                end with the first connection (this is the default)\n"
	      "  --keep                wait for the next connection, until SIGTERM\n"
	      "  --make-firmware DIR   write stand-in booter and bootloader files below DIR, and end\n"
	      "  --help, --version\n", to);
}

static bool parse_vram(const char *text, u32 *mib)
{
	unsigned long val;
	char *end;

	errno = 0;
	val = strtoul(text, &end, 10);
	if (errno || *end || text == end || *text == '-' || val < 256 || val > 8192) {
		complain("--vram %s: want MiB from 256 to 8192", text);
		return false;
	}
	*mib = val;
	return true;
}

enum option_nr {
	OPT_HELP, OPT_VERSION, OPT_SOCKET, OPT_VRAM, OPT_NO_REBAR, OPT_TRAP_BAR1, OPT_FAULT,
	OPT_TRACE, OPT_UNKNOWN, OPT_GSP_FIRMWARE, OPT_STATS, OPT_ONCE, OPT_KEEP, OPT_MAKE_FIRMWARE,
};

static const struct option long_options[] = {
	{ "help", no_argument, NULL, OPT_HELP },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ "socket", required_argument, NULL, OPT_SOCKET },
	{ "vram", required_argument, NULL, OPT_VRAM },
	{ "no-rebar", no_argument, NULL, OPT_NO_REBAR },
	{ "trap-bar1", no_argument, NULL, OPT_TRAP_BAR1 },
	{ "fault", required_argument, NULL, OPT_FAULT },
	{ "trace", required_argument, NULL, OPT_TRACE },
	{ "unknown", required_argument, NULL, OPT_UNKNOWN },
	{ "gsp-firmware", required_argument, NULL, OPT_GSP_FIRMWARE },
	{ "stats", no_argument, NULL, OPT_STATS },
	{ "once", no_argument, NULL, OPT_ONCE },
	{ "keep", no_argument, NULL, OPT_KEEP },
	{ "make-firmware", required_argument, NULL, OPT_MAKE_FIRMWARE },
	{ NULL, 0, NULL, 0 },
};

/* Ends the program for options that ask for a text only. */
static bool take_option(struct options *opts, int nr)
{
	switch (nr) {
	case OPT_HELP:
		usage(stdout);
		exit(EXIT_SUCCESS);
	case OPT_VERSION:
		puts("softgpu of OpenNV, release " NV_RELEASE);
		exit(EXIT_SUCCESS);
	case OPT_SOCKET:
		opts->socket = optarg;
		return true;
	case OPT_VRAM:
		return parse_vram(optarg, &opts->config.vram_mib);
	case OPT_NO_REBAR:
		opts->config.rebar = false;
		return true;
	case OPT_TRAP_BAR1:
		opts->config.trap_bar1 = true;
		return true;
	case OPT_FAULT:
		if (strcmp(optarg, "help"))
			return softgpu_parse_fault(optarg, &opts->config.fault);
		softgpu_list_faults(stdout);
		exit(EXIT_SUCCESS);
	case OPT_TRACE:
		opts->trace = optarg;
		return true;
	case OPT_UNKNOWN:
		opts->unknown = optarg;
		return true;
	case OPT_GSP_FIRMWARE:
		opts->config.gsp_firmware = optarg;
		return true;
	case OPT_STATS:
		opts->stats = true;
		return true;
	case OPT_ONCE:
	case OPT_KEEP:
		opts->keep = nr == OPT_KEEP;
		return true;
	case OPT_MAKE_FIRMWARE:
		opts->make_firmware = optarg;
		return true;
	default:
		return false;		/* getopt has said why */
	}
}

static void parse_options(struct options *opts, int argc, char **argv)
{
	int nr;

	while ((nr = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		if (!take_option(opts, nr))
			exit(EXIT_USAGE);
	if (optind < argc) {
		complain("what is '%s'? See --help.", argv[optind]);
		exit(EXIT_USAGE);
	}
	if (!opts->socket && !opts->make_firmware) {
		complain("--socket PATH is missing. See --help.");
		exit(EXIT_USAGE);
	}
}

/* A socket file that nobody listens at is a leftover and goes; one in use stays. */
static bool path_is_free(const struct sockaddr_un *addr)
{
	struct stat st;
	int sock, ret;

	if (lstat(addr->sun_path, &st))
		return errno == ENOENT;
	errno = EEXIST;
	if (!S_ISSOCK(st.st_mode))
		return false;
	sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (sock < 0)
		return false;
	ret = connect(sock, (const struct sockaddr *)addr, sizeof(*addr));
	close(sock);
	if (!ret) {
		errno = EADDRINUSE;
		return false;
	}
	return !unlink(addr->sun_path);
}

/* Whoever connects may read and write the model, so nobody but the user may. */
static int bind_private(int sock, const struct sockaddr_un *addr)
{
	mode_t old = umask(077);
	int ret = bind(sock, (const struct sockaddr *)addr, sizeof(*addr));

	umask(old);
	return ret;
}

static bool listener_open(struct listener *listener, const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(addr.sun_path)) {
		complain("--socket %s: longer than %zu bytes", path, sizeof(addr.sun_path) - 1);
		return false;
	}
	strcpy(addr.sun_path, path);
	listener->path = NULL;
	listener->sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (listener->sock < 0 || !path_is_free(&addr) ||
	    bind_private(listener->sock, &addr)) {
		complain("--socket %s: %s", path, strerror(errno));
		return false;
	}
	listener->path = path;
	if (listen(listener->sock, 1)) {
		complain("--socket %s: %s", path, strerror(errno));
		return false;
	}
	return true;
}

static void listener_close(struct listener *listener)
{
	if (listener->path)
		unlink(listener->path);
	if (listener->sock >= 0)
		close(listener->sock);
}

static void write_unknown(struct softgpu *gpu, const struct options *opts)
{
	FILE *file;

	if (!opts->unknown)
		return;
	file = fopen(opts->unknown, "we");
	if (file)
		softgpu_print_unknown(gpu, file);
	if (!file || fclose(file))
		complain("--unknown %s: %s", opts->unknown, strerror(errno));
}

static void print_stats(struct softgpu *gpu)
{
	struct softgpu_stats stats;

	softgpu_get_stats(gpu, &stats);
	printf("register reads %llu\nregister writes %llu\n"
	       "BAR1 accesses %llu\nBAR3 accesses %llu\n"
	       "messages from the driver %llu\nmessages to the driver %llu\ninterrupts %llu\n"
	       "unknown registers %llu\nunknown RPCs %llu\nunknown controls %llu\n",
	       stats.reg_reads, stats.reg_writes, stats.bar1_accesses, stats.bar3_accesses,
	       stats.messages_in, stats.messages_out, stats.interrupts,
	       stats.unknown_regs, stats.unknown_rpcs, stats.unknown_controls);
}

/* True if the program is to end. */
static bool handle_signal(int signals, struct softgpu *gpu, const struct options *opts)
{
	struct signalfd_siginfo info;

	if (read(signals, &info, sizeof(info)) != sizeof(info))
		return false;
	if (info.ssi_signo != SIGUSR1)
		return true;
	write_unknown(gpu, opts);
	if (opts->config.trace)
		fflush(opts->config.trace);
	return false;
}

/* True if the connection is at its end. */
static bool handle_client(struct softgpu_server *server)
{
	int ret = softgpu_server_handle(server);

	if (!ret)
		return false;
	if (ret != -ECONNRESET)
		complain("connection ended: %s", strerror(-ret));
	softgpu_server_detach(server);
	return true;
}

static void serve(struct softgpu_server *server, const struct listener *listener, int signals,
		  const struct options *opts)
{
	struct pollfd fds[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = listener->sock, .events = POLLIN },
		{ .fd = -1, .events = POLLIN },
	};
	struct pollfd *listening = &fds[1], *client = &fds[2];

	for (;;) {
		if (poll(fds, 3, -1) < 0)
			continue;
		if (fds[0].revents && handle_signal(signals, softgpu_server_gpu(server), opts))
			return;
		if (listening->fd >= 0 && listening->revents) {
			client->fd = accept4(listening->fd, NULL, NULL, SOCK_CLOEXEC);
			if (client->fd < 0)
				continue;
			softgpu_server_attach(server, client->fd);
			listening->fd = -1;	/* one client at a time */
		} else if (client->fd >= 0 && client->revents && handle_client(server)) {
			if (!opts->keep)
				return;
			client->fd = -1;
			listening->fd = listener->sock;
		}
	}
}

/* Blocked before any thread is made, so that they come by the descriptor only. */
static int open_signals(void)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static bool open_trace(struct options *opts)
{
	if (!opts->trace)
		return true;
	opts->config.trace = fopen(opts->trace, "we");
	if (!opts->config.trace)
		complain("--trace %s: %s", opts->trace, strerror(errno));
	return opts->config.trace;
}

static bool close_trace(struct options *opts)
{
	if (!opts->config.trace || !fclose(opts->config.trace))
		return true;
	complain("--trace %s: %s", opts->trace, strerror(errno));
	return false;
}

static bool run(struct options *opts)
{
	struct listener listener = { .sock = -1 };
	int signals = open_signals();
	struct softgpu_server *server;
	bool ok = false;

	server = softgpu_server_new(&opts->config, print_line);
	if (!server) {
		complain("no GPU: %s", strerror(errno));
		goto out_signals;
	}
	if (!listener_open(&listener, opts->socket))
		goto out_server;
	serve(server, &listener, signals, opts);
	write_unknown(softgpu_server_gpu(server), opts);
	if (opts->stats)
		print_stats(softgpu_server_gpu(server));
	ok = true;
out_server:
	listener_close(&listener);
	softgpu_server_free(server);
out_signals:
	close(signals);
	return ok;
}

int main(int argc, char **argv)
{
	struct options opts = { .config = SOFTGPU_DEFAULT_CONFIG };
	bool ok;
	int ret;

	parse_options(&opts, argc, argv);
	if (opts.make_firmware) {
		ret = softgpu_make_firmware(opts.make_firmware);
		if (ret)
			complain("--make-firmware %s: %s", opts.make_firmware, strerror(-ret));
		return ret ? EXIT_FAILURE : EXIT_SUCCESS;
	}
	ok = open_trace(&opts) && run(&opts);
	ok = close_trace(&opts) && ok;
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
