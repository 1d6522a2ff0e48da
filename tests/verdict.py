# SPDX-License-Identifier: MIT OR GPL-2.0
"""Runs a module's unittest cases and prints 'ok NAME' or 'not ok NAME reason' for each."""

import sys
import unittest


class Verdicts(unittest.TestResult):
    """A test result that is printed line by line, details going to standard error."""

    def __init__(self, prefix):
        super().__init__()
        self.prefix = prefix

    def _name(self, test):
        return f"{self.prefix}.{test.id().split('.', 1)[1]}"

    def _failed(self, test, err):
        reason = str(err[1]).split("\n", 1)[0] or err[0].__name__
        print(f"not ok {self._name(test)} {reason}", flush=True)
        print(self._exc_info_to_string(err, test), file=sys.stderr)

    def addSuccess(self, test):
        super().addSuccess(test)
        print(f"ok {self._name(test)}", flush=True)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._failed(test, err)

    def addError(self, test, err):
        super().addError(test, err)
        self._failed(test, err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err:
            self._failed(subtest, err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        print(f"# skipped {self._name(test)}: {reason}", flush=True)


def main(prefix):
    """Run the cases of __main__; the exit code says whether all passed."""
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    result = Verdicts(prefix)
    suite.run(result)
    sys.exit(0 if result.wasSuccessful() and result.testsRun else 1)
