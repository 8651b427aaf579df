-- Reports of tests: what each tool calls passed, failed and skipped, what is a
-- test and what only sums tests up, and reports that look green and are not.
\set VERBOSITY default
\set SHOW_CONTEXT never

CREATE FUNCTION pg_temp.tests(format text, report text)
RETURNS TABLE (status text, total text, passed text, failed text, skipped text, flaky text, message text)
RETURN (SELECT ROW(r.status, r.figures->>'tests.total', r.figures->>'tests.passed', r.figures->>'tests.failed',
    r.figures->>'tests.skipped', r.figures->>'tests.flaky', r.message)
  FROM releasegov.read_report(format, report) AS r);
-- Where a failure is, and why.
CREATE FUNCTION pg_temp.findings(format text, report text)
RETURNS TABLE (name text, location text, line text, message text)
BEGIN ATOMIC
  SELECT f->>'name', f->>'location', f->>'line', f->>'message'
  FROM releasegov.read_report(format, report) AS r, jsonb_array_elements(r.findings) WITH ORDINALITY AS e(f, n) ORDER BY n;
END;

---- JUnit XML ----

-- One format, many dialects.
SELECT what, t.* FROM (VALUES
  (1, 'nothing but a name', '<testsuite><testcase name="a"/></testsuite>'),
  (2, 'failure and error in one test', '<testsuite><testcase name="a"><failure/><error/></testcase></testsuite>'),
  (3, 'Surefire: flaky', '<testsuite><testcase name="a"><flakyFailure message="once"><stackTrace>x</stackTrace></flakyFailure></testcase><testcase name="b"><flakyError/></testcase></testsuite>'),
  (4, 'Surefire: failed each time', '<testsuite><testcase name="a"><failure/><rerunFailure/><rerunFailure/></testcase></testsuite>'),
  (5, 'Surefire: only the reruns are left', '<testsuite><testcase name="a"><rerunError/></testcase></testsuite>'),
  (6, 'Gradle: the same name again', '<testsuite><testcase name="a"><failure/></testcase><testcase name="a"/></testsuite>'),
  (7, 'pytest: xfail, xpass', '<testsuites><testsuite name="pytest"><testcase name="a"><skipped type="pytest.xfail"/></testcase><testcase name="b"/></testsuite></testsuites>'),
  (8, 'pytest: skipped, then its tear-down fails', '<testsuite><testcase name="a"><skipped/><error message="failed on teardown"/></testcase></testsuite>'),
  (9, 'pytest: fails twice, in two elements', '<testsuite><testcase name="a"><failure/></testcase><testcase name="a"><error message="failed on teardown"/></testcase></testsuite>'),
  (10, 'GoogleTest: disabled, skipped', '<testsuites><testsuite><testcase name="a" status="run" result="completed"/><testcase name="b" status="notrun" result="suppressed"/><testcase name="c" status="run" result="skipped"><skipped message="no GPU"/></testcase></testsuite></testsuites>'),
  (11, 'CTest: skipped on purpose', '<testsuite><testcase name="a" status="run"/><testcase name="b" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/></testcase><testcase name="c" status="notrun"><skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/></testcase><testcase name="d" status="disabled"/></testsuite>'),
  (12, 'CTest: could not be run', '<testsuite><testcase name="a" status="notrun"><skipped message="Unable to find executable"/></testcase><testcase name="b" status="notrun"><skipped message="Required Files Missing"/></testcase><testcase name="c" status="notrun"><skipped message="Fixture dependency failed"/></testcase><testcase name="d" status="notrun"><skipped message="Insufficient resources"/></testcase></testsuite>'),
  (13, 'prove: errors of a file', '<testsuites><testsuite name="t/a.t" errors="88"><testcase name="1"/><error type="TestsFailed" message="planned 90, ran 2"/></testsuite></testsuites>'),
  (14, 'node:test: still to do, and fails', '<testsuites><testcase name="a"/><testcase name="b"><skipped type="todo" message="true"/><failure message="no"/></testcase></testsuites>'),
  (15, 'PHPUnit: a warning is no verdict', '<testsuites><testsuite><testsuite><testcase name="a"/><testcase name="Warning"><warning>No tests found</warning></testcase></testsuite></testsuite></testsuites>'),
  (16, 'tests in tests', '<testsuite><testcase name="outer"><testcase name="a"/><testcase name="b"><failure/></testcase></testcase></testsuite>'),
  (17, 'a failed test of passed ones', '<testsuite><testcase name="outer"><testcase name="a"/><failure message="by itself"/></testcase></testsuite>'),
  (18, 'properties and output in a test', '<testsuite><testcase name="a"><properties><property name="failure" value="1"/></properties><system-err>&lt;failure/></system-err></testcase></testsuite>'),
  (19, 'a failure deep in a test', '<testsuite><testcase name="a"><steps><step><failure message="second step"/></step></steps></testcase></testsuite>'),
  (20, 'time as countries write it', '<testsuite><testcase name="a" time="1,024.12"/><testcase name="b" time="0,03"/><testcase name="c" time="-0"/><testcase name="d" time=""/></testsuite>'),
  (21, 'a status that nobody knows', '<testsuite><testcase name="a" status="exploded"/><testcase name="b" status="PASSED"/><testcase name="c" status="Broken"/></testsuite>'),
  (22, 'a summary beside and a test outside', '<testsuites><testcase name="a"/><testsuite tests="1" failures="0"><testcase name="b"/></testsuite></testsuites>')) AS v (n, what, report),
  pg_temp.tests('junit', report) AS t ORDER BY n;

-- A summary that knows of failures, at whatever depth, has to show them there.
SELECT what, t.* FROM (VALUES
  (1, 'the root counts no failures', '<testsuites tests="1" time="1"><testsuite tests="1" errors="1"><testcase name="a"/></testsuite></testsuites>'),
  (2, 'the root says none', '<testsuites failures="0"><testsuite name="s" failures="3" errors="1"><testcase name="a"/></testsuite></testsuites>'),
  (3, 'the inner suite alone', '<testsuites><testsuite tests="2"><testsuite failures="1"><testcase name="a"/></testsuite></testsuite></testsuites>'),
  (4, 'a suite that crashed', '<testsuites tests="2" failures="0"><testsuite name="a" tests="2" failures="0"><testcase name="a"/><testcase name="b"/></testsuite><testsuite name="crashed" tests="1" errors="1"/></testsuites>'),
  (5, 'a failure elsewhere', '<testsuites><testsuite name="a" failures="1"><testcase name="a"><failure/></testcase></testsuite><testsuite name="b" failures="1"><testcase name="b"/></testsuite></testsuites>'),
  (6, 'failed', '<testsuite name="s" tests="1" failed="1"><testcase name="a"/></testsuite>'),
  (7, 'all of them show', '<testsuites failures="1" errors="1"><testsuite failures="1"><testsuite failures="1"><testcase name="a"><failure/></testcase></testsuite></testsuite><testsuite errors="1"><error/></testsuite></testsuites>'),
  (8, 'one that was excused', '<testsuite failures="1"><testcase name="a"/><testcase name="b"><skipped type="todo"/><failure/></testcase><!-- fail 0 --><!-- cancelled 0 --></testsuite>'),
  (9, 'totals at one depth, failures at another', '<testsuites tests="2"><testsuite tests="1" failures="1"><testcase name="a"><failure/></testcase></testsuite><testsuite tests="1" failures="0"><testcase name="b"/></testsuite></testsuites>'),
  (10, 'a failure in capitals', '<testsuite><testcase name="a"><Failure/></testcase><testcase name="b"><ERROR/></testcase></testsuite>'),
  (11, 'the status of somebody else', '<testsuite xmlns:x="urn:x"><testcase name="a" x:status="passed" status="failed"/><testcase name="b" x:status="failed" status="passed"/></testsuite>')) AS v (n, what, report),
  pg_temp.tests('junit', report) AS t ORDER BY n;

-- What is no count cannot be none.
SELECT format, t.* FROM (VALUES
  (1, 'junit', '<testsuite failures="1,024"><testcase name="a"/></testsuite>'),
  (2, 'junit', '<testsuite failures=" 1 "><testcase name="a"/></testsuite>'),
  (3, 'junit', '<testsuite errors="1.0"><testcase name="a"/></testsuite>'),
  (4, 'junit', '<testsuites failures="0"><testsuite failures="one"><testcase name="a"/></testsuite></testsuites>'),
  (5, 'junit', '<testsuite failures="-1"><testcase name="a"/></testsuite>'),
  (6, 'junit', '<testsuite failures="1e400"><testcase name="a"/></testsuite>'),
  (7, 'junit', '<testsuite failures=""><testcase name="a"/></testsuite>'),
  (8, 'junit', '<testsuite tests="many" failures="0"><testcase name="a"/></testsuite>'),
  (9, 'xunit', '<assemblies><assembly failed="x"><collection><test name="a" result="Pass"/></collection></assembly></assemblies>'),
  (10, 'xunit', '<assemblies><assembly><collection failed="1"><test name="a" result="Pass"/></collection></assembly></assemblies>'),
  (11, 'nunit', '<test-run result="Passed" failed="?"><test-suite result="Passed"><test-case name="a" result="Passed"/></test-suite></test-run>'),
  (12, 'nunit', '<test-run result="Passed"><test-suite fullname="Shop" result="Passed" failed="2"><test-case name="a" result="Passed"/></test-suite></test-run>'),
  (13, 'trx', '<TestRun><Results><UnitTestResult testName="a" outcome="Passed"/></Results><ResultSummary outcome="Completed"><Counters total="1" failed="+1"/></ResultSummary></TestRun>'),
  (14, 'jest-json', '{"numFailedTests": "3", "testResults": [{"assertionResults": [{"status": "passed"}]}]}'),
  (15, 'jest-json', '{"numFailedTests": 3000000000000, "testResults": [{"assertionResults": [{"status": "passed"}]}]}'),
  (16, 'jest-json', '{"numFailedTestSuites": 1.0, "testResults": [{"assertionResults": [{"status": "passed"}]}]}'),
  (17, 'jest-json', '{"numTotalTests": [1], "testResults": [{"assertionResults": [{"status": "passed"}]}]}'),
  (18, 'ctrf', '{"results": {"summary": {"tests": 1, "failed": "1"}, "tests": [{"status": "passed"}]}}'),
  (19, 'mocha-json', '{"stats": {"tests": 1, "failures": "2"}, "tests": [{}], "passes": [{}], "failures": [], "pending": []}'),
  (20, 'mochawesome', '{"stats": {"failures": null}, "results": [{"tests": [{"state": "passed"}]}]}'),
  (21, 'playwright', '{"stats": {"unexpected": -1}, "suites": [{"specs": [{"tests": [{"status": "expected"}]}]}]}')) AS v (n, format, report),
  pg_temp.tests(format, report) AS t ORDER BY n;
SELECT r.status, r.warnings FROM (VALUES
  ('junit', '<testsuite tests="many" failures="0"><testcase name="a"/></testsuite>'),
  ('jest-json', '{"numTotalTests": [1], "testResults": [{"assertionResults": [{"status": "passed"}]}]}')) AS v (format, report),
  releasegov.read_report(format, report) AS r;

-- Nor is what is no list an empty one.
SELECT format, t.* FROM (VALUES
  (1, 'jest-json', '{"testResults": [{"assertionResults": [{"status": "passed"}]}, {"assertionResults": {"a": {"status": "failed"}}}]}'),
  (2, 'jest-json', '{"testResults": [{"assertionResults": [{"status": "passed"}]}, {"testResults": "failed"}]}'),
  (3, 'playwright', '{"suites": [{"specs": [{"tests": [{"status": "expected"}]}]}], "errors": {"message": "no server"}}'),
  (4, 'playwright', '{"suites": [{"specs": [{"tests": [{"status": "expected"}]}], "suites": {"specs": []}}]}'),
  (5, 'playwright', '{"suites": [{"specs": [{"tests": [{"status": "expected"}]}]}, {"specs": {"ok": false}}]}'),
  (6, 'playwright', '{"suites": [{"specs": [{"ok": true, "tests": [{"status": "expected"}]}, {"ok": false, "tests": []}]}]}'),
  (7, 'playwright', '{"suites": [{"specs": [{"ok": true, "tests": [{"status": "flaky"}]}, {"ok": false, "tests": [{"status": "expected"}, {"status": "unexpected"}]}]}]}'),
  (8, 'mocha-json', '{"stats": {}, "tests": [{}], "passes": [{}], "failures": {"a": {}}, "pending": []}'),
  (9, 'mochawesome', '{"stats": {}, "results": [{"tests": [{"state": "passed"}], "suites": [{"tests": {"a": {"state": "failed"}}}]}]}'),
  (10, 'mochawesome', '{"stats": {}, "results": [{"tests": [{"state": "passed"}], "beforeHooks": {"a": {"state": "failed"}}}]}'),
  (11, 'cucumber-json', '[{"elements": [{"steps": [{"result": {"status": "passed"}}]}, {"steps": {"result": {"status": "failed"}}}]}]'),
  (12, 'cucumber-json', '[{"elements": [{"steps": [{"result": {"status": "passed"}}], "after": {"result": {"status": "failed"}}}]}]'),
  (13, 'cucumber-json', '[{"elements": [{"steps": [{"result": {"status": "passed"}}]}, {"steps": null}]}, {"elements": {"steps": []}}]')) AS v (n, format, report),
  pg_temp.tests(format, report) AS t ORDER BY n;

-- node:test drops the failure of a test that has subtests; its comments know.
SELECT t.* FROM (VALUES
  ('<testsuites><testsuite name="parent" tests="1" failures="0"><testcase name="child"/></testsuite><!-- tests 2 --><!-- fail 1 --><!-- cancelled 0 --></testsuites>'),
  ('<testsuites><testsuite name="parent" tests="1" failures="0"><testcase name="child"/></testsuite><!-- tests 2 --><!-- fail 0 --><!-- cancelled 0 --></testsuites>'),
  ('<testsuites><testsuite name="parent" tests="1" failures="0"><testcase name="child"/></testsuite><!-- fail safe is on --></testsuites>')) AS v (report),
  pg_temp.tests('junit', report) AS t;

-- Where the words for a failure stand: an attribute, the text, the type.
SELECT * FROM pg_temp.findings('junit', $$<testsuites><testsuite name="Mocha Tests">
  <testcase name="a" file="a.js" line="7"><failure message="said">and more</failure></testcase>
  <testcase name="b" classname="B"><failure type="AssertionError">
    expected 1
    got 2</failure></testcase>
  <testcase name="c"><error type="Timeout"/></testcase>
  <testcase><failure message=""/></testcase>
  <error message="broke"/><failure>no words
    but these</failure></testsuite></testsuites>$$);

-- Some say who they are.
SELECT r.tool, count(*) FROM (VALUES
  ('<testsuites name="vitest tests"><testsuite><testcase name="a"/></testsuite></testsuites>'),
  ('<testsuites name="jest tests"><testsuite><testcase name="a"/></testsuite></testsuites>'),
  ('<testsuites><testsuite name="pytest"><testcase name="a"/></testsuite></testsuites>'),
  ('<testsuites name="pytest tests"><testsuite name="pytest"><testcase name="a"/></testsuite></testsuites>'),
  ('<testsuite name="Mocha Tests"><testcase name="a"/></testsuite>'),
  ('<testsuites name="AllTests"><testsuite><testcase name="a"/></testsuite></testsuites>'),
  ('<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="https://maven.apache.org/surefire/maven-surefire-plugin/xsd/surefire-test-report.xsd"><testcase name="a"/></testsuite>'),
  ('<testsuite><properties><property name="ant.version" value="Apache Ant 1.10"/></properties><testcase name="a"/></testsuite>'),
  ('<testsuite name="shop"><testcase name="a"/></testsuite>')) AS v (report),
  releasegov.read_report('auto', report) AS r GROUP BY 1 ORDER BY 1;

---- TAP ----

SELECT what, t.* FROM (VALUES
  (1, 'version 13, the plan in front', E'TAP version 13\n1..2\nok 1 - adds\nnot ok 2 - subtracts\n'),
  (2, 'version 12, the plan behind', E'ok 1\nok 2\n1..2\n'),
  (3, 'without numbers', E'1..3\nok\nok - b\nok c\n'),
  (4, 'directives', E'1..7\nok 1 # SKIP no net\nnot ok 2 # TODO later\nok 3 # todo but passes\nnot ok 4 # SKIP is no excuse\nok 5 - a \\# TODO\nnot ok 6 - b \\# TODO\nok 7 # skipped: old\n'),
  (5, 'a directive is the first # only', E'1..2\nok 1\nnot ok 2 - issue #7 # TODO\n'),
  (6, 'words that begin with ok', E'1..1\nokay then\nok_1\nlook: ok 3\nnot okay\nok 1\n'),
  (7, 'comments, pragmas, output', E'TAP version 14\npragma +strict\n# ok 5\n1..1\nhello\nok 1\n  not ok 2\n'),
  (8, 'Windows line ends', E'1..2\r\nok 1\r\nnot ok 2 # TODO\r\n'),
  (9, 'YAML that looks like tests', E'TAP version 13\n1..2\nok 1\n  ---\n  log: |\n    not ok 7\n  not ok 8\n  ...\nok 2\n'),
  (10, 'all skipped', E'1..0 # SKIP no database\n'),
  (11, 'subtests in front of their test', E'# Subtest: basket\n    ok 1 - adds\n    not ok 2 - sells out\n    1..2\nnot ok 1 - basket\nok 2 - opens\n1..2\n'),
  (12, 'subtests in braces', E'1..2\nnot ok 1 - basket # time=3ms {\n    1..2\n    ok 1 - adds\n    not ok 2 - sells out\n}\nok 2 - opens\n'),
  (13, 'three deep', E'        ok 1 - x\n        1..1\n    ok 1 - y\n    1..1\nok 1 - z\n1..1\n'),
  (14, 'a failed test of passed ones', E'    ok 1 - a\n    1..1\nnot ok 1 - its hook\n1..1\n'),
  (15, 'a passed test of failed ones', E'    not ok 1 - a\n    1..1\nok 1 - never mind\n1..1\n'),
  (16, 'subtests that are to do', E'    not ok 1 - a\n    ok 2 - b\n    1..2\nnot ok 1 - later # TODO\nok 2\n1..2\n'),
  (17, 'subtests that are skipped', E'    1..0 # SKIP no net\nok 1 # SKIP no net\nok 2\n1..2\n'),
  (18, 'node:test: a describe() without tests', E'TAP version 13\nok 1 - empty\n  ---\n  type: ''suite''\n  ...\nok 2 - a\n  ---\n  type: ''test''\n  ...\n1..2\n'),
  (19, 'several streams', E'TAP version 13\n1..1\nok 1\nTAP version 13\nok 1\nok 2\n1..2\n'),
  (20, 'several, the plans behind', E'ok 1\n1..1\nok 1\nnot ok 2\n1..2\n'),
  (21, 'several, the plans in front', E'1..1\nok 1\n1..2\nok 1\nok 2\n'),
  (22, 'Mocha numbers a failed hook again', E'ok 1 a\nnot ok 2 "before all" hook\nok 2 b\n# tests 2\n# pass 2\n# fail 1\n1..3\n')) AS v (n, what, report),
  pg_temp.tests('tap', report) AS t ORDER BY n;

-- Streams that break off, or do not keep their plan.
SELECT what, t.* FROM (VALUES
  (1, 'no plan', E'ok 1\nok 2\n'),
  (2, 'only a version', E'TAP version 13\n'),
  (3, 'fewer than planned', E'1..3\nok 1\nok 2\n'),
  (4, 'more than planned', E'1..1\nok 1\nok 2\n'),
  (5, 'planned, and not run', E'1..5\n'),
  (6, 'none planned, one ran', E'1..0\nok 1\n'),
  (7, 'the second stream breaks off', E'1..1\nok 1\n1..2\nok 1\n'),
  (8, 'the first one broke off', E'1..2\nok 1\nTAP version 13\n1..1\nok 1\n'),
  (9, 'bailed out', E'1..2\nok 1\nok 2\nBail out! the disk is full\n'),
  (10, 'bailed out in a subtest', E'    ok 1\n    Bail out!\n1..1\nok 1\n'),
  (11, 'a number twice', E'1..3\nok 1\nok 2\nok 2\n'),
  (12, 'a subtest without a plan', E'    ok 1\nok 1\n1..1\n'),
  (13, 'a subtest that planned more', E'    1..3\n    ok 1\nok 1\n1..1\n'),
  (14, 'subtests of nobody', E'ok 1\n    ok 1\n    1..1\n1..1\n'),
  (15, 'YAML without an end', E'ok 1\n  ---\n  message: x\nnot ok 2\n1..2\n'),
  (16, 'braces without an end', E'1..1\nok 1 - a {\n    1..1\n    ok 1\n'),
  (17, 'a summary that knows better', E'1..1\nok 1\n# fail 2\n'),
  (18, 'no TAP', E'all tests are ok\n'),
  (19, 'nested for ever', repeat(' ', 4 * 60) || E'not ok 1\n1..1\nok 1\n'),
  (20, 'a plan beyond all numbers', E'1..99999999999999999999\nok 1\n')) AS v (n, what, report),
  pg_temp.tests('tap', report) AS t ORDER BY n;

-- prove --verbose: its own lines count as what they say, and without its last
-- word it has not ended.
SELECT what, t.* FROM (VALUES
  (1, 'two files', E't/a.t .. \n1..1\nok 1\nok\nt/b.t .. \nok 1\nok 2\n1..2\nok\nAll tests successful.\nFiles=2, Tests=3,  0 wallclock secs\nResult: PASS\n'),
  (2, 'cut behind the first', E't/a.t .. \n1..1\nok 1\nok\n'),
  (3, 'with a timer', E'[12:34:56] t/a.t .. \n1..1\nok 1\nok       12 ms ( 0.00 usr  0.00 sys =  0.00 CPU)\n[12:34:57]\nAll tests successful.\nFiles=1, Tests=1,  0 wallclock secs\nResult: PASS\n'),
  (4, 'a file that is skipped', E't/a.t .. \n1..0 # SKIP no net\nskipped: no net\nt/b.t .. \n1..1\nok 1\nok\nFiles=2, Tests=1,  0 wallclock secs\nResult: PASS\n'),
  (5, 'all passed, and the program failed', E't/a.t .. \nok 1\n1..1\nDubious, test returned 3 (wstat 768, 0x300)\nAll 1 subtests passed \n\nFiles=1, Tests=1,  0 wallclock secs\nResult: FAIL\n'),
  (6, 'a program without a test', E't/a.t .. \nDubious, test returned 255 (wstat 65280, 0xff00)\nNo subtests run \n\nFiles=1, Tests=0,  0 wallclock secs\nResult: FAIL\n'),
  (7, 'a failed test', E't/a.t .. \n1..2\nok 1\nnot ok 2\nDubious, test returned 1 (wstat 256, 0x100)\nFailed 1/2 subtests \n\nFiles=1, Tests=2,  0 wallclock secs\nResult: FAIL\n'),
  (8, 'prove says why, the tests do not', E't/a.t .. \n1..1\nok 1\nok\nFiles=1, Tests=1,  0 wallclock secs\nResult: FAIL\n'),
  (9, 'bailed out', E't/a.t .. \n1..1\nok 1\nok\nFiles=1, Tests=1,  0 wallclock secs\nResult: FAIL\nFAILED--Further testing stopped: dead\n'),
  (10, 'cut in its last word', E't/a.t .. \n1..1\nok 1\nok\nFiles=1, Tests=1,  0 wallclock secs\nResult: PAS')) AS v (n, what, report),
  pg_temp.tests('auto', report) AS t ORDER BY n;

-- What YAML, comments and prove say of a failure.
SELECT * FROM pg_temp.findings('tap', E't/a.t .. \n1..4
not ok 1 - node:test\n  ---\n  location: ''/src/a.test.js:2:26''\n  error: |-\n    1 == 2\n  ...
not ok 2 - vitest\n    ---\n    error:\n        message: "expected 1"\n    at: "/src/a.spec.js:3:1"\n    ...
not ok 3 - Test::More\n#   Failed test ''x''\n#   at t/a.t line 9.\n#          got: 1
not ok 4 - nobody said anything');

---- Jest and vitest ----

SELECT what, t.* FROM (VALUES
  (1, 'every status', '{"numTotalTests": 6, "numFailedTests": 1, "success": false, "testResults": [{"name": "a.js", "status": "failed", "assertionResults": [{"status": "passed"}, {"status": "failed"}, {"status": "pending"}, {"status": "skipped"}, {"status": "todo"}, {"status": "disabled"}]}]}'),
  (2, 'a status that is no result', '{"numTotalTests": 2, "testResults": [{"status": "passed", "assertionResults": [{"status": "focused"}, {"status": "passed"}]}]}'),
  (3, 'a file that does not load', '{"numTotalTests": 1, "numFailedTests": 0, "success": false, "testResults": [{"status": "passed", "assertionResults": [{"status": "passed"}]}, {"name": "b.js", "status": "failed", "message": "Cannot find module", "assertionResults": []}]}'),
  (4, 'the same in Jest 30', '{"numTotalTests": 1, "numFailedTests": 0, "success": false, "testResults": [{"status": "passed", "assertionResults": [{"status": "passed"}]}, {"name": "b.js", "status": "failed", "message": "", "assertionResults": [{"status": "error"}]}]}'),
  (5, 'a hook behind the tests fails', '{"numTotalTests": 1, "numFailedTests": 0, "success": false, "testResults": [{"status": "failed", "assertionResults": [{"status": "passed"}]}]}'),
  (6, 'testExecError', '{"numTotalTests": 1, "testResults": [{"testExecError": {"message": "x"}, "assertionResults": [{"status": "passed"}]}]}'),
  (7, 'needed a second try', '{"numTotalTests": 3, "success": true, "testResults": [{"status": "passed", "assertionResults": [{"status": "passed", "invocations": 2}, {"status": "passed", "retryReasons": ["x"]}, {"status": "passed", "invocations": 1, "retryReasons": []}]}]}'),
  (8, 'no success, and nothing failed', '{"numTotalTests": 1, "success": false, "testResults": [{"status": "passed", "assertionResults": [{"status": "passed"}]}]}'),
  (9, 'failed suites of the summary only', '{"numTotalTests": 1, "numRuntimeErrorTestSuites": 1, "success": true, "testResults": [{"status": "passed", "assertionResults": [{"status": "passed"}]}]}'),
  (10, 'interrupted', '{"numTotalTests": 1, "success": true, "wasInterrupted": true, "testResults": [{"status": "passed", "assertionResults": [{"status": "passed"}]}]}'),
  (11, 'no test', '{"numTotalTests": 0, "success": true, "testResults": []}'),
  (12, 'no list', '{"numTotalTests": 5, "success": true, "testResults": {"a": 1}}'),
  (13, 'a suite that is a number', '{"numTotalTests": 5, "success": true, "testResults": [5]}'),
  (15, 'as a testResultsProcessor gets it', '{"numTotalTests": 2, "success": false, "testResults": [{"testFilePath": "a.js", "numFailingTests": 1, "testResults": [{"status": "passed"}, {"status": "failed", "fullName": "b"}]}]}'),
  (14, 'tests of the summary only', '{"numTotalTests": 5, "numFailedTests": 2, "success": true, "testResults": [{"status": "passed", "assertionResults": [{"status": "passed"}]}]}')) AS v (n, what, report),
  pg_temp.tests('jest-json', report) AS t ORDER BY n;
SELECT * FROM pg_temp.findings('auto', $${"numTotalTests": 1, "success": false, "testResults": [
  {"assertionResults": [{"status": "failed", "fullName": "basket adds", "location": {"line": 3}, "failureMessages": ["\u001b[31mError\u001b[39m: 1 is not 2", "x"]}], "status": "failed", "name": "/src/a.test.js"},
  {"name": "/src/b.test.js", "status": "failed", "message": "\n  Cannot find module './x'", "assertionResults": []}]}$$);

---- go test -json ----

SELECT what, t.* FROM (VALUES
  (1, 'a package', E'{"Action":"start","Package":"shop"}\n{"Action":"run","Package":"shop","Test":"TestA"}\n{"Action":"pass","Package":"shop","Test":"TestA"}\n{"Action":"run","Package":"shop","Test":"TestB"}\n{"Action":"skip","Package":"shop","Test":"TestB"}\n{"Action":"pass","Package":"shop"}\n'),
  (2, 'subtests are the tests', E'{"Action":"run","Package":"shop","Test":"TestA"}\n{"Action":"run","Package":"shop","Test":"TestA/x"}\n{"Action":"run","Package":"shop","Test":"TestA/y/z"}\n{"Action":"fail","Package":"shop","Test":"TestA/x"}\n{"Action":"pass","Package":"shop","Test":"TestA/y/z"}\n{"Action":"fail","Package":"shop","Test":"TestA"}\n{"Action":"fail","Package":"shop"}'),
  (3, 'a failed test of passed ones', E'{"Action":"run","Package":"shop","Test":"TestA"}\n{"Action":"run","Package":"shop","Test":"TestA/x"}\n{"Action":"pass","Package":"shop","Test":"TestA/x"}\n{"Action":"fail","Package":"shop","Test":"TestA"}\n{"Action":"fail","Package":"shop"}'),
  (4, 'a stream without runs', E'{"Action":"pass","Package":"shop","Test":"TestA/x/y"}\n{"Action":"pass","Package":"shop","Test":"TestA/x"}\n{"Action":"pass","Package":"shop","Test":"TestA"}\n{"Action":"pass","Package":"shop"}'),
  (5, 'ran, and never ended', E'{"Action":"run","Package":"shop","Test":"TestA"}\n{"Action":"run","Package":"shop","Test":"TestA/x"}\n{"Action":"pass","Package":"shop"}'),
  (6, 'a second run before the end', E'{"Action":"run","Package":"shop","Test":"TestA"}\n{"Action":"run","Package":"shop","Test":"TestA"}\n{"Action":"pass","Package":"shop","Test":"TestA"}\n{"Action":"pass","Package":"shop"}'),
  (7, 'run twice, -count=2', E'{"Action":"run","Package":"shop","Test":"TestA"}\n{"Action":"fail","Package":"shop","Test":"TestA"}\n{"Action":"run","Package":"shop","Test":"TestA"}\n{"Action":"pass","Package":"shop","Test":"TestA"}\n{"Action":"fail","Package":"shop"}'),
  (8, 'a package that does not build', E'{"Action":"run","Package":"shop","Test":"TestA"}\n{"Action":"pass","Package":"shop","Test":"TestA"}\n{"Action":"pass","Package":"shop"}\nFAIL\tstock [build failed]\n'),
  (9, 'the same since Go 1.24', E'{"Action":"build-output","ImportPath":"stock","Output":"x"}\n{"Action":"build-fail","ImportPath":"stock"}\n{"Action":"start","Package":"stock"}\n{"Action":"fail","Package":"stock","FailedBuild":"stock"}\n'),
  (10, 'a build that failed, and no package', E'{"Action":"build-fail","ImportPath":"stock"}\n{"Action":"pass","Package":"shop","Test":"TestA"}\n{"Action":"pass","Package":"shop"}\n'),
  (11, 'all passed, and the package failed', E'{"Action":"run","Package":"shop","Test":"TestA"}\n{"Action":"pass","Package":"shop","Test":"TestA"}\n{"Action":"fail","Package":"shop"}'),
  (12, 'cut off behind a test', E'{"Action":"run","Package":"shop","Test":"TestA"}\n{"Action":"pass","Package":"shop","Test":"TestA"}\n'),
  (13, 'no test files', E'{"Action":"output","Package":"shop","Output":"?   \\tshop\\t[no test files]\\n"}\n{"Action":"skip","Package":"shop"}'),
  (14, 'benchmarks are no tests', E'{"Action":"run","Package":"shop","Test":"BenchmarkA"}\n{"Action":"bench","Package":"shop","Test":"BenchmarkA"}\n{"Action":"run","Package":"shop","Test":"TestA"}\n{"Action":"pass","Package":"shop","Test":"TestA"}\n{"Action":"pass","Package":"shop"}'),
  (15, 'the same test in two packages', E'{"Action":"run","Package":"a","Test":"TestA"}\n{"Action":"run","Package":"b","Test":"TestA"}\n{"Action":"fail","Package":"b","Test":"TestA"}\n{"Action":"pass","Package":"a","Test":"TestA"}\n{"Action":"pass","Package":"a"}\n{"Action":"fail","Package":"b"}'),
  (16, 'a thousand at once', (SELECT string_agg(format('{"Action":"run","Package":"shop","Test":"Test%s"}', i), E'\n') || E'\n' || string_agg(format('{"Action":"pass","Package":"shop","Test":"Test%s"}', i), E'\n') FROM generate_series(1, 1000) i) || E'\n{"Action":"pass","Package":"shop"}'),
  (17, 'no action', '{"Package": "shop"}'),
  (18, 'not JSON', E'{"Action":"pass","Package":"shop"}\nok\n{"Action":'),
  (19, 'plain go test', E'ok  \tshop\t0.3s\n'),
  (20, 'the only package does not build', E'FAIL\tstock [build failed]\n'),
  (21, 'an indented event', E'{"Action":"run","Package":"shop","Test":"TestA"}\n{"Action":"pass","Package":"shop","Test":"TestA"}\n \t{"Action":"fail","Package":"shop"}'),
  (22, 'an indented line cut off', E'{"Action":"run","Package":"shop","Test":"TestA"}\n{"Action":"pass","Package":"shop","Test":"TestA"}\n{"Action":"pass","Package":"shop"}\n {"Action":')) AS v (n, what, report),
  pg_temp.tests('go-test', report) AS t ORDER BY n;

-- Lines between the events end a run of them; it can be cancelled all the same.
BEGIN;
SET LOCAL statement_timeout = '200ms';
SELECT status FROM releasegov.read_report('go-test', repeat(E'{"Action":"start","Package":"p"}\nx\n', 2000000));
ROLLBACK;
SELECT * FROM pg_temp.findings('auto', $${"Action":"run","Package":"shop","Test":"TestA"}
{"Action":"output","Package":"shop","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"output","Package":"shop","Test":"TestA","Output":"    basket_test.go:7: want 1, got 2\n"}
{"Action":"fail","Package":"shop","Test":"TestA"}
{"Action":"run","Package":"shop","Test":"TestB"}
{"Action":"fail","Package":"shop"}
{"Action":"output","Package":"stock","Output":"exit status 3\n"}
{"Action":"fail","Package":"stock"}$$);

---- Mocha, Mochawesome, Cucumber ----

SELECT what, t.* FROM (VALUES
  (1, 'a run', '{"stats": {"tests": 3, "failures": 1}, "tests": [{}, {}, {}], "passes": [{"currentRetry": 1}], "failures": [{"fullTitle": "a"}], "pending": [{}]}'),
  (2, 'a hook fails', '{"stats": {"tests": 1, "failures": 1}, "tests": [{}], "passes": [{}], "failures": [{"fullTitle": "\"before all\" hook"}], "pending": []}'),
  (3, 'a test without an outcome', '{"stats": {"tests": 2, "failures": 0}, "tests": [{}, {}], "passes": [{}], "failures": [], "pending": []}'),
  (4, 'failures of the summary only', '{"stats": {"tests": 1, "failures": 3}, "tests": [{}], "passes": [{}], "failures": [], "pending": []}'),
  (5, 'passes that are no tests', '{"stats": {}, "tests": [{}], "passes": [{}, {}], "failures": [], "pending": []}'),
  (6, 'nothing ran', '{"stats": {"tests": 0, "failures": 0}, "tests": [], "passes": [], "failures": [], "pending": []}'),
  (7, 'no list of tests', '{"stats": {"tests": 2, "failures": 0}, "passes": []}')) AS v (n, what, report),
  pg_temp.tests('mocha-json', report) AS t ORDER BY n;
SELECT what, t.* FROM (VALUES
  (1, 'a run', '{"stats": {"testsRegistered": 4, "failures": 1}, "results": [{"suites": [{"tests": [{"state": "passed"}, {"state": "failed", "fail": true}, {"state": "pending"}, {"state": null, "skipped": true}]}]}]}'),
  (2, 'a hook fails', '{"stats": {"testsRegistered": 1, "failures": 0}, "results": [{"beforeHooks": [{"state": "passed"}], "tests": [{"state": "passed"}], "suites": [{"afterHooks": [{"state": "failed"}]}]}]}'),
  (3, 'a test without a state', '{"stats": {}, "results": [{"tests": [{"title": "a"}, {"state": "stuck"}]}]}'),
  (4, 'no results', '{"stats": {}, "results": {}}')) AS v (n, what, report),
  pg_temp.tests('mochawesome', report) AS t ORDER BY n;

SELECT what, t.* FROM (VALUES
  (1, 'passed', '[{"elements": [{"type": "scenario", "steps": [{"result": {"status": "passed"}}, {"result": {"status": "passed"}}]}]}]'),
  (2, 'failed, the rest skipped', '[{"elements": [{"steps": [{"result": {"status": "failed"}}, {"result": {"status": "skipped"}}]}]}]'),
  (3, 'no pass either', '[{"elements": [{"steps": [{"result": {"status": "undefined"}}]}, {"steps": [{"result": {"status": "pending"}}]}, {"steps": [{"result": {"status": "ambiguous"}}]}, {"steps": [{"result": {"status": "unused"}}]}, {"steps": [{"result": {"status": "stuck"}}]}, {"steps": [{"name": "no result"}]}]}]'),
  (4, 'skipped by a step', '[{"elements": [{"steps": [{"result": {"status": "passed"}}, {"result": {"status": "skipped"}}]}]}]'),
  (5, 'a hook before fails', '[{"elements": [{"before": [{"result": {"status": "failed"}}], "steps": [{"result": {"status": "skipped"}}]}]}]'),
  (6, 'a hook behind fails', '[{"elements": [{"steps": [{"result": {"status": "passed"}}], "after": [{"result": {"status": "failed"}}]}]}]'),
  (7, 'a hook of a step fails', '[{"elements": [{"steps": [{"result": {"status": "passed"}, "after": [{"result": {"status": "failed"}}]}]}]}]'),
  (8, 'no steps but hooks', '[{"elements": [{"steps": [{"hidden": true, "result": {"status": "passed"}}]}, {"steps": []}, {}]}]'),
  (9, 'the background fails', '[{"elements": [{"type": "background", "steps": [{"result": {"status": "failed"}}]}, {"type": "scenario", "steps": [{"result": {"status": "skipped"}}]}, {"type": "background", "steps": [{"result": {"status": "passed"}}]}, {"type": "scenario", "steps": [{"result": {"status": "passed"}}]}]}]'),
  (10, 'a background behind which nothing is', '[{"elements": [{"type": "background", "steps": [{"result": {"status": "failed"}}]}]}]'),
  (11, 'Behave: left out', '[{"elements": [{"type": "background", "steps": [{"name": "a shop"}]}, {"type": "scenario", "status": "skipped", "steps": [{"name": "x"}]}, {"type": "scenario", "status": "untested", "steps": [{"name": "x"}]}, {"type": "scenario", "status": "passed", "steps": [{"result": {"status": "passed"}}]}]}]'),
  (12, 'no feature', '[]'),
  (13, 'no list', '{"elements": []}'),
  (14, 'a feature that is a number', '[1]')) AS v (n, what, report),
  pg_temp.tests('cucumber-json', report) AS t ORDER BY n;
SELECT * FROM pg_temp.findings('auto', $$[{"elements": [
  {"name": "pays", "line": 9, "steps": [{"name": "I pay", "result": {"status": "failed", "error_message": "no money"}}]},
  {"name": "flies", "line": 12, "steps": [{"name": "I fly", "result": {"status": "undefined"}}]},
  {"name": "logs in", "before": [{"result": {"status": "failed"}}]}], "uri": "shop.feature"}]$$);

---- xUnit.net, NUnit, TRX ----

SELECT what, t.* FROM (VALUES
  (1, 'version 2', '<assemblies><assembly name="shop.dll" test-framework="xUnit.net 2.4.1.0" total="3" passed="1" failed="1" skipped="1" errors="0"><errors/><collection><test name="a" result="Pass"/><test name="b" result="Fail"><failure><message>no</message></failure></test><test name="c" result="Skip"><reason>later</reason></test></collection></assembly></assemblies>'),
  (2, 'version 1', '<assembly name="shop.dll"><class><test name="a" result="Pass"/></class></assembly>'),
  (3, 'version 3', '<assemblies schema-version="3"><assembly><collection><test name="a" result="Pass"/><test name="b" result="NotRun"/></collection></assembly></assemblies>'),
  (4, 'an error of the assembly', '<assemblies><assembly total="1" failed="0" errors="1"><errors><error type="fixture-cleanup" name="Db"><failure><message>gone</message></failure></error></errors><collection><test name="a" result="Pass"/></collection></assembly></assemblies>'),
  (5, 'an error that only the summary knows', '<assemblies><assembly total="1" failed="0" errors="1"><collection><test name="a" result="Pass"/></collection></assembly></assemblies>'),
  (6, 'no result, an unknown one', '<assemblies><assembly><collection><test name="a"/><test name="b" result="Warn"/></collection></assembly></assemblies>'),
  (7, 'passed with a failure', '<assemblies><assembly><collection><test name="a" result="Pass"><failure/></test></collection></assembly></assemblies>'),
  (8, 'nothing', '<assemblies/>')) AS v (n, what, report),
  pg_temp.tests('xunit', report) AS t ORDER BY n;

SELECT what, t.* FROM (VALUES
  (1, 'NUnit 3', '<test-run result="Failed" total="6" failed="2"><test-suite result="Failed" site="Child"><test-case name="a" result="Passed"/><test-case name="b" result="Failed"><failure><message>no</message></failure></test-case><test-case name="c" result="Failed" label="Error"/><test-case name="d" result="Skipped" label="Ignored"/><test-case name="e" result="Inconclusive"/><test-case name="f" result="Warning"/></test-suite></test-run>'),
  (2, 'the set-up failed, so each test did', '<test-run result="Failed"><test-suite result="Failed" site="SetUp"><failure><message>no db</message></failure><test-case name="a" result="Failed" label="Error" site="Parent"/></test-suite></test-run>'),
  (3, 'the set-up failed, no test shows', '<test-run result="Failed"><test-suite name="s" result="Failed" site="SetUp"><failure><message>no db</message></failure></test-suite><test-suite result="Passed"><test-case name="a" result="Passed"/></test-suite></test-run>'),
  (4, 'the tear-down failed, too', '<test-run result="Failed"><test-suite name="s" result="Failed" site="TearDown"><failure><message>stuck</message></failure><test-case name="a" result="Failed"/><test-case name="b" result="Passed"/></test-suite></test-run>'),
  (5, 'a run that failed for no reason', '<test-run result="Failed"><test-case name="a" result="Passed"/></test-run>'),
  (6, 'one suite alone', '<test-suite result="Passed"><test-case name="a" result="Passed"/></test-suite>'),
  (7, 'NUnit 2.6', '<test-results total="4" errors="1" failures="1" not-run="2" invalid="1"><test-suite result="Failure" executed="True"><results><test-case name="a" executed="True" result="Success"/><test-case name="b" executed="True" result="Failure"/><test-case name="c" executed="True" result="Error"/><test-case name="d" executed="False" result="Ignored"/><test-case name="e" executed="False" result="NotRunnable"/><test-case name="f" executed="True" result="Inconclusive"/></results></test-suite></test-results>'),
  (8, 'NUnit 2.2', '<test-results><test-suite success="False"><results><test-case name="a" executed="True" success="True"/><test-case name="b" executed="True" success="False"/><test-case name="c" executed="False"/><test-case name="d" executed="True"/></results></test-suite></test-results>'),
  (9, 'a suite that failed by itself', '<test-results><test-suite name="s" success="False"><results><test-case name="a" executed="True" success="True"/></results></test-suite></test-results>'),
  (10, 'passed without being executed', '<test-results><test-suite><results><test-case name="a" executed="False" result="Success"/></results></test-suite></test-results>'),
  (11, 'no test', '<test-run result="Passed" total="0"/>'),
  (12, 'an entity', '<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]><test-results><test-case name="&x;" executed="True" success="True"/></test-results>')) AS v (n, what, report),
  pg_temp.tests('nunit', report) AS t ORDER BY n;

SELECT what, t.* FROM (VALUES
  (1, 'every outcome', '<TestRun><Results>' || (SELECT string_agg(format('<UnitTestResult testName="%s" outcome="%1$s"/>', o), '' ORDER BY n) FROM unnest('{Passed,Failed,Error,Timeout,Aborted,NotExecuted,Inconclusive,NotRunnable,Pending,Disconnected,Warning,Completed,InProgress}'::text[]) WITH ORDINALITY AS u(o, n)) || '</Results><ResultSummary outcome="Failed"/></TestRun>'),
  (2, 'data-driven: its rows', '<TestRun><Results><UnitTestResult testName="a" outcome="Failed" resultType="DataDrivenTest"><InnerResults><UnitTestResult testName="a (1)" outcome="Passed"/><UnitTestResult testName="a (2)" outcome="Failed"/></InnerResults></UnitTestResult></Results><ResultSummary outcome="Failed"/></TestRun>'),
  (3, 'an ordered test of passed ones fails', '<TestRun><Results><TestResultAggregation testName="o" outcome="Failed"><InnerResults><UnitTestResult testName="a" outcome="Passed"/></InnerResults></TestResultAggregation></Results><ResultSummary outcome="Failed"/></TestRun>'),
  (4, 'no outcome', '<TestRun><Results><UnitTestResult testName="a"/></Results><ResultSummary outcome="Completed"/></TestRun>'),
  (5, 'passed, but the run was aborted', '<TestRun><Results><UnitTestResult testName="a" outcome="PassedButRunAborted"/></Results><ResultSummary outcome="Completed"/></TestRun>'),
  (6, 'the run was aborted', '<TestRun><Results><UnitTestResult testName="a" outcome="Passed"/></Results><ResultSummary outcome="Aborted"/></TestRun>'),
  (7, 'the run failed for no reason', '<TestRun><Results><UnitTestResult testName="a" outcome="Passed"/></Results><ResultSummary outcome="Failed"/></TestRun>'),
  (8, 'its host crashed', '<TestRun><Results><UnitTestResult testName="a" outcome="Passed"/></Results><ResultSummary outcome="Failed"><RunInfos><RunInfo outcome="Error"><Text>Test host process crashed</Text></RunInfo></RunInfos></ResultSummary></TestRun>'),
  (9, 'xUnit.net says it twice', '<TestRun><Results><UnitTestResult testName="a" outcome="Failed"/></Results><ResultSummary outcome="Failed"><RunInfos><RunInfo outcome="Error"><Text>[xUnit.net 00:00:01.01]     a [FAIL]</Text></RunInfo></RunInfos></ResultSummary></TestRun>'),
  (10, 'and here in the message only', '<TestRun><Results><UnitTestResult testName="a" outcome="Passed"/></Results><ResultSummary outcome="Completed"><RunInfos><RunInfo outcome="Error"><Text>[xUnit.net 00:00:01.01]     a [FAIL]</Text></RunInfo></RunInfos></ResultSummary></TestRun>'),
  (11, 'a warning of the runner', '<TestRun><Results><UnitTestResult testName="a" outcome="Passed"/></Results><ResultSummary outcome="Completed"><Counters total="1" failed="0"/><RunInfos><RunInfo outcome="Warning"><Text>slow</Text></RunInfo></RunInfos></ResultSummary></TestRun>'),
  (12, 'no summary', '<TestRun><Results><UnitTestResult testName="a" outcome="Passed"/></Results></TestRun>'),
  (13, 'no result', '<TestRun><ResultSummary outcome="Completed"><Counters total="0"/></ResultSummary></TestRun>')) AS v (n, what, report),
  pg_temp.tests('trx', report) AS t ORDER BY n;
SELECT format, f.* FROM (VALUES
  ('xunit', '<assemblies><assembly><errors><error type="fixture-cleanup" name="Db"><failure><message>gone</message></failure></error></errors><collection><test name="a" type="Shop.Basket" source-file="Basket.cs" source-line="9" result="Fail"><failure exception-type="X"><message><![CDATA[1 <> 2]]></message></failure></test></collection></assembly></assemblies>'),
  ('nunit', '<test-run><test-suite fullname="Shop" result="Failed" site="TearDown"><failure><message>stuck</message></failure><test-case name="a" fullname="Shop.a" classname="Shop" result="Failed"><failure><message>no</message></failure></test-case></test-suite></test-run>'),
  ('trx', '<TestRun><Results><UnitTestResult testName="a" outcome="Failed"><Output><ErrorInfo><Message>no</Message></ErrorInfo></Output></UnitTestResult></Results><ResultSummary outcome="Failed"><RunInfos><RunInfo outcome="Error"><Text>crashed</Text></RunInfo></RunInfos></ResultSummary></TestRun>')) AS v (format, report),
  pg_temp.findings('auto', report) AS f;

---- CTRF and Playwright ----

SELECT what, t.* FROM (VALUES
  (1, 'flaky, marked or counted', 'ctrf', '{"results": {"tests": [{"status": "passed", "flaky": true}, {"status": "passed", "retries": 2}, {"status": "passed", "retries": 0}, {"status": "failed", "retries": 2, "flaky": true}]}}'),
  (2, 'other, and what is behind it', 'ctrf', '{"results": {"tests": [{"status": "other", "rawStatus": "todo"}, {"status": "other", "rawStatus": "timedOut"}, {"status": "other"}, {"status": "passed", "rawStatus": "ok", "extra": {"status": "failed"}}]}}'),
  (3, 'no status', 'ctrf', '{"results": {"tests": [{"name": "a"}, {"name": "b", "status": 1}]}}'),
  (4, 'suites in suites', 'playwright', '{"suites": [{"suites": [{"suites": [{"specs": [{"tests": [{"status": "expected"}, {"status": "flaky"}]}]}], "specs": [{"tests": [{"status": "unexpected", "expectedStatus": "skipped"}]}]}]}]}'),
  (5, 'did not run', 'playwright', '{"suites": [{"specs": [{"tests": [{"status": "expected"}, {"status": "skipped", "expectedStatus": "passed", "results": []}]}]}]}'),
  (6, 'did not run behind a failure', 'playwright', '{"suites": [{"specs": [{"tests": [{"status": "unexpected"}, {"status": "skipped", "expectedStatus": "passed", "results": [{"status": "skipped"}]}]}]}]}'),
  (7, 'was interrupted', 'playwright', '{"suites": [{"specs": [{"tests": [{"status": "unexpected"}, {"status": "skipped", "expectedStatus": "passed", "results": [{"status": "interrupted"}]}]}]}]}'),
  (8, 'skipped on purpose', 'playwright', '{"suites": [{"specs": [{"tests": [{"status": "expected"}, {"status": "skipped", "expectedStatus": "skipped", "results": [{"status": "skipped"}]}]}]}]}'),
  (9, 'an unknown status', 'playwright', '{"suites": [{"specs": [{"tests": [{"status": "stuck"}, {}]}]}]}'),
  (10, 'only listed', 'playwright', '{"suites": [{"specs": [{"tests": [{"status": "skipped", "expectedStatus": "passed", "results": []}]}]}]}')) AS v (n, what, format, report),
  pg_temp.tests(format, report) AS t ORDER BY n;

---- All of them ----

-- Each is recognised by its content.
WITH report(format, whole) AS (VALUES
  ('tap', E'ok 1 - a\nnot ok 2 # TODO x\n1..2\n'),
  ('tap', E'make: entering\nok 1 - a\nok 2 # SKIP x\n1..2\n'),
  ('tap', E'[12:34:56] t/a.t .. \nok 1\n1..1\nok       12 ms\nResult: PASS\n'),
  ('tap', E't/a.t .. \n1..1\nok 1\nok\nAll tests successful.\nFiles=1, Tests=1,  0 wallclock secs\nResult: PASS\n'),
  ('jest-json', '{"numTotalTests": 1, "success": true, "testResults": [{"status": "passed", "assertionResults": [{"status": "passed"}]}]}'),
  ('go-test', E'{"Time":"x","Action":"run","Package":"shop","Test":"TestA"}\n{"Action":"pass","Package":"shop","Test":"TestA"}\n{"Action":"pass","Package":"shop"}\n'),
  ('mocha-json', '{"stats": {"tests": 1, "failures": 0}, "tests": [{"err": {}}], "pending": [], "failures": [], "passes": [{"err": {}}]}'),
  ('mochawesome', '{"stats": {}, "results": [{"tests": [{"state": "passed", "pass": true}]}], "meta": {}}'),
  ('cucumber-json', '[{"keyword": "Feature", "elements": [{"type": "scenario", "steps": [{"result": {"status": "passed"}}]}]}]'),
  ('xunit', '<assemblies><assembly><collection><test name="a" result="Pass"/></collection></assembly></assemblies>'),
  ('nunit', '<test-run result="Passed"><test-suite result="Passed"><test-case name="a" result="Passed"/></test-suite></test-run>'),
  ('nunit', '<test-results><test-suite><results><test-case name="a" executed="True" success="True"/></results></test-suite></test-results>'),
  ('trx', '<TestRun><Results><UnitTestResult testName="a" outcome="Passed"/></Results><ResultSummary outcome="Completed"/></TestRun>'),
  ('ctrf', '{"reportFormat": "CTRF", "results": {"tests": [{"name": "a", "status": "passed"}]}}'),
  ('playwright', '{"config": {}, "suites": [{"specs": [{"tests": [{"status": "expected"}]}]}], "errors": []}'))
SELECT format, replace(left(whole, 20), E'\n', ' ') AS begins, auto.recognised = format AS recognised, auto.status,
  -- and cut at any byte it is never ok; only what is behind its last word may be missing
  (SELECT count(*) FROM generate_series(0, length(whole) - 1) AS at, releasegov.read_report(format, left(whole, at)) AS r WHERE r.status = 'ok') AS cut_and_ok,
  (SELECT string_agg(DISTINCT f.name, ' ') FROM releasegov.report_format AS f, releasegov.read_report(f.name, whole) AS r
   WHERE r.status = 'ok' AND f.name <> format AND 'tests.total' = ANY (f.figures)) AS ok_as
FROM report, releasegov.read_report('auto', whole) AS auto ORDER BY format, begins;

-- The first hundred failures are kept, and all are counted.
SELECT format, r.status, r.figures->>'tests.failed' AS failed, jsonb_array_length(r.findings) AS kept FROM (VALUES
  ('tap', E'1..300\n', E'not ok - a\n', ''),
  ('jest-json', '{"testResults": [{"status": "failed", "assertionResults": [{}', ',{"status": "failed"}', ']}]}'),
  ('go-test', '', E'{"Action":"fail","Package":"p","Test":"TestA"}\n', '{"Action":"fail","Package":"p"}'),
  ('mocha-json', '{"tests": [{}], "failures": [{}', ',{"err": {"message": "x"}}', ']}'),
  ('cucumber-json', '[{"uri": "a", "elements": [{}', ',{"steps": [{"result": {"status": "failed"}}]}', ']}]'),
  ('xunit', '<assemblies>', '<test name="a" result="Fail"/>', '</assemblies>'),
  ('nunit', '<test-run>', '<test-suite result="Failed"><failure><message>x</message></failure></test-suite>', '</test-run>'),
  ('trx', '<TestRun>', '<UnitTestResult outcome="Failed"/>', '<ResultSummary outcome="Failed"/></TestRun>')) AS v (format, head, record, tail),
  releasegov.read_report(format, head || repeat(record, 300) || tail) AS r ORDER BY format;

-- Reading gives the memory back.
DO $$
BEGIN
  FOR i IN 1..50 LOOP
    PERFORM releasegov.read_report('tap', repeat(E'    ok 1\n', 1000) || E'not ok 1\n  ---\n');
    PERFORM releasegov.read_report('go-test', (SELECT string_agg(format('{"Action":"run","Package":"p%s","Test":"T%s/x"}', j % 7, j), E'\n') FROM generate_series(1, 1000) j));
    PERFORM releasegov.read_report('trx', '<TestRun>' || repeat('<UnitTestResult>', 100));
    PERFORM releasegov.read_report('cucumber-json', '[{"elements": [' || repeat('{"steps": [{"result": {"status": "passed"}}]},', 1000));
  END LOOP;
END $$;
SELECT count(*) FROM pg_backend_memory_contexts WHERE name LIKE 'releasegov%' AND name NOT LIKE '%policies%';
