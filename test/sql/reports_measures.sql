-- What was covered, how fast it answered, how large it grew, what a linter and
-- the architecture's rules say: reports with numbers, good ones and ones that
-- look green and are not.
\set VERBOSITY default
\set SHOW_CONTEXT never

-- A line a figure; coverage as "covered/valid".
CREATE FUNCTION pg_temp.read(format text, report text)
RETURNS TABLE (recognised text, status text, said text, figures text)
RETURN (SELECT ROW(r.recognised, r.status, concat_ws(E'\n', r.message, nullif(array_to_string(r.warnings, E'\n'), '')),
    (SELECT string_agg(CASE WHEN key ~ '_valid$' THEN replace(key, '_valid', ' ') || (figures->>replace(key, '_valid', '_covered')) || '/' || value ELSE key || ' ' || value END, E'\n' ORDER BY key)
     FROM jsonb_each_text(r.figures) WHERE key !~ '_covered$' AND NOT r.figures ? (key || '_valid')))
  FROM releasegov.read_report(format, report) AS r);

-- ---- Istanbul ----

-- Its summary is recounted from the files; percentages are not read.
SELECT * FROM pg_temp.read('auto', $${"total": {"lines": {"total": 4, "covered": 3, "skipped": 0, "pct": 75}, "statements": {"total": 5, "covered": 4, "skipped": 0, "pct": 80},
    "functions": {"total": 2, "covered": 1, "skipped": 0, "pct": 50}, "branches": {"total": 0, "covered": 0, "skipped": 0, "pct": 100}},
  "/src/basket.js": {"lines": {"total": 3, "covered": 3, "skipped": 0, "pct": 100}, "statements": {"total": 4, "covered": 4, "skipped": 0, "pct": 100},
    "functions": {"total": 1, "covered": 1, "skipped": 0, "pct": 100}, "branches": {"total": 0, "covered": 0, "skipped": 0, "pct": 100}},
  "/src/till.js": {"lines": {"total": 1, "covered": 0, "skipped": 0, "pct": 0}, "statements": {"total": 1, "covered": 0, "skipped": 0, "pct": 0},
    "functions": {"total": 1, "covered": 0, "skipped": 0, "pct": 0}, "branches": {"total": 0, "covered": 0, "skipped": 0, "pct": 100}}}$$);

-- The files themselves: three statements on line 1 are one line, hit because
-- one of them was; a statement that stands nowhere is on no line; the order of
-- the members does not matter.
SELECT * FROM pg_temp.read('auto', $${"/src/basket.js": {"path": "/src/basket.js",
  "statementMap": {"0": {"start": {"line": 1, "column": 0}, "end": {"line": 1, "column": 9}}, "1": {"start": {"line": 1, "column": 9}, "end": {"line": 1, "column": 12}},
    "2": {"start": {"line": 1, "column": 12}, "end": {"line": 1, "column": 15}}, "3": {"start": {"line": 4, "column": 0}, "end": {"line": 9, "column": 1}}},
  "fnMap": {}, "branchMap": {}, "s": {"3": 0, "0": 0, "1": 7, "2": 0, "9": 1}, "f": {"0": 12345678901234567890, "1": 0}, "b": {"0": [3, 0], "1": [0, 0, 1]}}}$$);

SELECT what, s.* FROM (VALUES
  (1, 'a total that knows of less', 'istanbul-summary', '{"total": {"lines": {"total": 1, "covered": 1}, "statements": {"total": 1, "covered": 1}, "functions": {"total": 1, "covered": 1}, "branches": {"total": 1, "covered": 1}},
    "a.js": {"lines": {"total": 9, "covered": 3}, "statements": {"total": 9, "covered": 3}, "functions": {"total": 2, "covered": 1}, "branches": {"total": 4, "covered": 1}}}'),
  (2, 'a total that knows of more', 'istanbul-summary', '{"total": {"lines": {"total": 90, "covered": 3}, "statements": {"total": 90, "covered": 3}, "functions": {"total": 2, "covered": 1}, "branches": {"total": 4, "covered": 1}},
    "a.js": {"lines": {"total": 3, "covered": 3}, "statements": {"total": 3, "covered": 3}, "functions": {"total": 2, "covered": 1}, "branches": {"total": 4, "covered": 1}}}'),
  (3, 'nothing but a total', 'istanbul-summary', '{"total": {"lines": {"total": 4, "covered": 3}, "statements": {"total": 5, "covered": 4}, "functions": {"total": 0, "covered": 0}, "branches": {"total": 0, "covered": 0}}}'),
  (4, 'no test was run', 'istanbul-summary', '{"total": {"lines": {"total": 0, "covered": 0, "pct": "Unknown"}, "statements": {"total": 0, "covered": 0}, "functions": {"total": 0, "covered": 0}, "branches": {"total": 0, "covered": 0}}}'),
  (5, 'percentages alone', 'istanbul-summary', '{"total": {"lines": {"pct": 100}}, "a.js": {"lines": {"pct": 100}}}'),
  (6, 'more than there is', 'istanbul-summary', '{"a.js": {"lines": {"total": 3, "covered": 4}}}'),
  (7, 'a list', 'istanbul-summary', '[]'),
  (8, 'no file', 'istanbul-final', '{}'),
  (9, 'no hits', 'istanbul-final', '{"a.js": {"path": "a.js", "statementMap": {}, "fnMap": {}, "branchMap": {}, "f": {}, "b": {}}}'),
  (10, 'a statement on line "one"', 'istanbul-final', '{"a.js": {"statementMap": {"0": {"start": {"line": "one"}}}, "s": {"0": 1}, "f": {}, "b": {}}}'),
  (11, 'hits that are no numbers', 'istanbul-final', '{"a.js": {"statementMap": {"0": {"start": {"line": 1}}, "1": {"start": {"line": 2}}}, "s": {"0": null, "1": "9"}, "f": {"0": true}, "b": {"0": [null]}}}')) AS t (n, what, format, report),
  pg_temp.read(format, report) AS s ORDER BY n;

-- ---- JaCoCo ----

-- Lines are those of the source files: the line that a class shares with its
-- inner class counts once. Packages, classes and groups repeat them.
SELECT * FROM pg_temp.read('auto', $$<?xml version="1.0" encoding="UTF-8" standalone="yes"?><!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd">
<report name="shop"><sessioninfo id="ci" start="1" dump="2"/><group name="core"><package name="com/shop">
  <class name="com/shop/Basket" sourcefilename="Basket.java"><method name="add" desc="()V" line="3"><counter type="INSTRUCTION" missed="0" covered="9"/><counter type="LINE" missed="0" covered="2"/><counter type="METHOD" missed="0" covered="1"/></method>
    <counter type="LINE" missed="1" covered="2"/><counter type="METHOD" missed="0" covered="1"/></class>
  <class name="com/shop/Basket$1" sourcefilename="Basket.java"><method name="run" desc="()V" line="4"><counter type="LINE" missed="1" covered="1"/><counter type="METHOD" missed="1" covered="0"/></method>
    <counter type="LINE" missed="1" covered="1"/><counter type="METHOD" missed="1" covered="0"/></class>
  <sourcefile name="Basket.java"><line nr="3" mi="0" ci="4" mb="0" cb="0"/><line nr="4" mi="2" ci="3" mb="1" cb="3"/><line nr="5" mi="4" ci="0" mb="0" cb="0"/>
    <counter type="LINE" missed="1" covered="2"/><counter type="BRANCH" missed="1" covered="3"/></sourcefile>
  <counter type="LINE" missed="1" covered="2"/></package><counter type="LINE" missed="1" covered="2"/></group>
  <counter type="LINE" missed="1" covered="2"/><counter type="BRANCH" missed="1" covered="3"/><counter type="METHOD" missed="1" covered="1"/></report>$$);
-- The CSV has classes only, so that there the shared line counts twice.
SELECT * FROM pg_temp.read('auto', E'GROUP,PACKAGE,CLASS,INSTRUCTION_MISSED,INSTRUCTION_COVERED,BRANCH_MISSED,BRANCH_COVERED,LINE_MISSED,LINE_COVERED,COMPLEXITY_MISSED,COMPLEXITY_COVERED,METHOD_MISSED,METHOD_COVERED\r\n'
  'shop,com.shop,Basket,4,7,1,3,1,2,1,2,0,1\r\nshop,com.shop,"Basket.new Map<A, B>() {...}",3,5,0,0,1,1,1,1,1,0\r\n');

SELECT what, s.* FROM (VALUES
  (1, 'classes without debug information', 'jacoco', '<report name="a"><package name="p"><class name="A"><method name="m" desc="()V"><counter type="METHOD" missed="0" covered="1"/></method></class></package><counter type="METHOD" missed="0" covered="1"/></report>'),
  (2, 'counters that the lines do not bear out', 'jacoco', '<report name="a"><package name="p"><sourcefile name="A.java"><line nr="1" mi="0" ci="1" mb="0" cb="0"/></sourcefile></package><counter type="LINE" missed="99" covered="1"/></report>'),
  (3, 'lines that do not tell: gcovr', 'jacoco', '<report name="GCOVR report"><package name=""><sourcefile name="a.c"><line nr="4"/><line nr="5" mb="1" cb="1"/><counter type="LINE" missed="1" covered="3"/><counter type="BRANCH" missed="1" covered="1"/><counter type="METHOD" missed="0" covered="2"/></sourcefile></package></report>'),
  (4, 'some other report', 'jacoco', '<report name="a"><section/></report>'),
  (5, 'a row that breaks off', 'jacoco-csv', E'GROUP,PACKAGE,CLASS,BRANCH_MISSED,BRANCH_COVERED,LINE_MISSED,LINE_COVERED,METHOD_MISSED,METHOD_COVERED\na,b,C,0,0,1,'),
  (6, 'columns of nobody', 'jacoco-csv', E'GROUP,PACKAGE,CLASS,HITS\na,b,C,1\n'),
  (7, 'no row', 'jacoco-csv', E'GROUP,PACKAGE,CLASS,BRANCH_MISSED,BRANCH_COVERED,LINE_MISSED,LINE_COVERED,METHOD_MISSED,METHOD_COVERED\n')) AS t (n, what, format, report),
  pg_temp.read(format, report) AS s ORDER BY n;

-- ---- Clover ----

-- Istanbul's: its "statements" are lines, its lines do not tell all branches.
SELECT * FROM pg_temp.read('auto', $$<?xml version="1.0" encoding="UTF-8"?>
<coverage generated="1" clover="3.2.0"><project timestamp="1" name="All files">
  <metrics statements="3" coveredstatements="2" conditionals="5" coveredconditionals="3" methods="2" coveredmethods="1" files="1"/>
  <file name="basket.js" path="/src/basket.js"><metrics statements="3" coveredstatements="2" conditionals="5" coveredconditionals="3" methods="2" coveredmethods="1"/>
    <line num="1" count="8" type="stmt"/><line num="4" count="2" type="cond" truecount="1" falsecount="1"/><line num="9" count="0" type="stmt"/></file>
</project></coverage>$$);
-- PHPUnit's: a method on one line hides its statement.
SELECT * FROM pg_temp.read('auto', $$<coverage generated="1"><project timestamp="1"><package name="Shop">
  <file name="/src/Basket.php"><class name="Shop\Basket" namespace="Shop"><metrics complexity="3" methods="2" coveredmethods="1" conditionals="0" coveredconditionals="0" statements="3" coveredstatements="2"/></class>
    <line num="5" type="method" name="size" visibility="public" complexity="1" crap="1" count="2"/><line num="8" type="method" name="add" visibility="public" complexity="2" crap="2.15" count="1"/>
    <line num="9" type="stmt" count="1"/><line num="11" type="stmt" count="0"/>
    <metrics loc="14" ncloc="14" classes="1" methods="2" coveredmethods="1" conditionals="0" coveredconditionals="0" statements="3" coveredstatements="2" elements="5" coveredelements="3"/></file></package>
  <metrics files="1" loc="14" ncloc="14" classes="1" methods="2" coveredmethods="1" conditionals="0" coveredconditionals="0" statements="3" coveredstatements="2"/></project></coverage>$$);
-- OpenClover's: several statements on a line, conditions by both outcomes, and
-- the tests' own code apart.
SELECT * FROM pg_temp.read('auto', $$<coverage generated="1" clover="4.5.2"><project name="shop" timestamp="1"><metrics statements="3" coveredstatements="2" conditionals="2" coveredconditionals="1" methods="1" coveredmethods="1"/>
  <package name="shop"><file name="Basket.java" path="/src/Basket.java"><metrics statements="3" coveredstatements="2" conditionals="2" coveredconditionals="1" methods="1" coveredmethods="1"/>
    <line num="3" type="method" signature="add() : void" count="4" complexity="2"/><line num="4" type="stmt" count="4"/><line num="4" type="stmt" count="0"/><line num="5" type="cond" truecount="4" falsecount="0"/><line num="6" type="stmt" count="2"/></file></package></project>
  <testproject name="tests" timestamp="1"><metrics statements="90" coveredstatements="90"/><package name="t"><file name="T.java"><line num="1" type="stmt" count="9"/></file></package></testproject></coverage>$$);

SELECT what, s.* FROM (VALUES
  (1, 'no lines', '<coverage generated="1" clover="4.5.2"><project><metrics statements="90" coveredstatements="90"/></project></coverage>'),
  (2, 'metrics that know of more', '<coverage generated="1" clover="3.2.0"><project><metrics statements="90" coveredstatements="3"/><file name="a"><line num="1" count="3" type="stmt"/></file></project></coverage>'),
  (3, 'a line without a count', '<coverage generated="1" clover="3.2.0"><project><file name="a"><line num="1" type="stmt"/></file></project></coverage>'),
  (4, 'a negative count', '<coverage generated="1" clover="3.2.0"><project><file name="a"><line num="1" type="stmt" count="-1"/></file></project></coverage>'),
  (5, 'more than there is', '<coverage generated="1" clover="3.2.0"><project><file name="a"><metrics methods="1" coveredmethods="2"/><line num="1" type="stmt" count="1"/></file></project></coverage>'),
  (6, 'another root', '<report name="x"/>')) AS t (n, what, report),
  pg_temp.read('clover', report) AS s ORDER BY n;

-- ---- Cobertura and LCOV: what their dialects do ----

-- An inner class names the file of the outer one, a package of the same name
-- is another module; where the root misses more than the lines, it counts.
SELECT what, s.* FROM (VALUES
  (1, 'inner classes', '<coverage line-rate="0.5"><packages><package name="shop"><classes>
    <class name="Basket" filename="Basket.java"><lines><line number="1" hits="3"/><line number="2" hits="0"/></lines></class>
    <class name="Till" filename="Till.java"><lines><line number="1" hits="0"/></lines></class>
    <class name="Basket$1" filename="Basket.java"><lines><line number="2" hits="1"/><line number="3" hits="0"/></lines></class></classes></package></packages></coverage>'),
  (2, 'the same, and the root counts each of them', '<coverage line-rate="0.5" lines-covered="2" lines-valid="4"><packages><package name="shop"><classes>
    <class name="Basket" filename="Basket.cs"><lines><line number="1" hits="3"/><line number="2" hits="0"/></lines></class>
    <class name="Basket/&lt;Add&gt;d__1" filename="Basket.cs"><lines><line number="2" hits="1"/><line number="3" hits="0"/></lines></class></classes></package></packages></coverage>'),
  (3, 'two modules', '<coverage line-rate="0.5"><packages><package name="shop"><classes><class name="A" filename="A.java"><lines><line number="1" hits="3"/></lines></class></classes></package>
    <package name="shop"><classes><class name="A" filename="A.java"><lines><line number="1" hits="0"/></lines></class></classes></package></packages></coverage>'),
  (4, 'code outside of any class', '<coverage line-rate="0.1" lines-covered="1" lines-valid="10" branches-covered="0" branches-valid="0"><packages><package name="a.php"><classes>
    <class name="A" filename="a.php"><lines><line number="1" hits="1"/></lines></class></classes></package></packages></coverage>'),
  (5, 'a line of no number', '<coverage line-rate="1"><line hits="1"/></coverage>'),
  (6, 'hits below zero', '<coverage line-rate="1"><line number="1" hits="-3"/></coverage>')) AS t (n, what, report),
  pg_temp.read('cobertura', report) AS s ORDER BY n;

SELECT what, s.* FROM (VALUES
  (1, 'lcov 2: aliases, exceptions, expressions', E'TN:\nSF:a.cpp\nVER:1\nFNL:0,3,9\nFNA:0,0,f<int>\nFNA:0,4,f<char>\nFNL:1,12\nFNA:1,0,g\nFNF:2\nFNH:1\nBRDA:3,e0,0,-\nBRDA:3,0,max(a, b) > 1,1\nBRDA:3,0,!(max(a, b) > 1),0\nBRDA:4,U1,0,0\nMCDC:3,2,t,1,0,a\nDA:3,4,6b1f\nDA:12,1.5e+20\nLF:2\nLH:2\nend_of_record\n'),
  (2, 'a function that nobody called', E'SF:a\nFN:1,f\nFN:2,5,g\nFNDA:3,f\nDA:1,3\nend_of_record\n'),
  (3, 'two runs, one behind the other', E'SF:a\nDA:1,1\nDA:2,0\nend_of_record\nSF:a\nDA:1,0\nDA:2,1\nend_of_record\n'),
  (4, 'lines out of order, twice', E'SF:a\nDA:9,0\nDA:2,1\nDA:9,1\nDA:2,0\nend_of_record\n'),
  (5, 'an alias without a number', E'SF:a\nFNA:f,1\nend_of_record\n')) AS t (n, what, report),
  pg_temp.read('auto', report) AS s ORDER BY n;

-- A file of whose lines the records show one, and the file's own sums a hundred.
SELECT what, s.* FROM (VALUES
  (1, 'lcov, no DA', 'lcov', E'SF:a\nDA:1,1\nLF:1\nLH:1\nend_of_record\nSF:b\nLF:1000\nLH:0\nend_of_record\n'),
  (2, 'lcov, no LH', 'lcov', E'SF:a\nDA:1,1\nLF:1000\nend_of_record\n'),
  (3, 'lcov, no BRDA and FNDA', 'lcov', E'SF:a\nDA:1,1\nFNF:9\nFNH:1\nBRF:8\nBRH:3\nend_of_record\n'),
  (4, 'lcov, a record that knows of less', 'lcov', E'SF:a\nDA:1,1\nDA:2,0\nLF:1\nLH:1\nend_of_record\n'),
  (5, 'jacoco', 'jacoco', '<report name="a"><package name="p"><class name="A"><method name="m"><counter type="METHOD" missed="0" covered="1"/></method><counter type="METHOD" missed="4" covered="1"/></class><sourcefile name="A.java"><line nr="1" mi="0" ci="1" mb="0" cb="2"/><counter type="LINE" missed="99" covered="1"/><counter type="BRANCH" missed="6" covered="2"/></sourcefile></package></report>'),
  (6, 'clover', 'clover', '<coverage clover="3.2.0"><project><file name="a"><metrics statements="100" coveredstatements="1"/><line num="1" count="1" type="stmt"/></file></project></coverage>'),
  (7, 'clover, two statements on a line', 'clover', '<coverage clover="3.2.0"><project><file name="a"><metrics statements="2" coveredstatements="1"/><line num="1" count="1" type="stmt"/><line num="1" count="0" type="stmt"/></file></project></coverage>'),
  (8, 'istanbul: places without hits', 'istanbul-final', '{"a.js": {"statementMap": {"0": {"start": {"line": 1}}, "1": {"start": {"line": 2}}, "2": {"start": {"line": 3}}}, "s": {"0": 1}, "fnMap": {"0": {}, "1": {}}, "f": {"1": 1}, "branchMap": {"0": {"locations": [{}, {}]}, "1": {"locations": [{}, {}, {}]}, "2": {}}, "b": {"0": [1]}}}'),
  (9, 'coverage.py', 'coverage-py', '{"files": {"a.py": {"executed_lines": [1, 2, 3], "missing_lines": [], "summary": {"covered_lines": 1, "num_statements": 3}}}}')) AS t (n, what, format, report),
  pg_temp.read(format, report) AS s ORDER BY n;

-- What is there and no count is not taken for absent; what lies too deep is not passed over.
SELECT what, r.status, r.message FROM (VALUES
  (1, 'lcov', E'SF:a\nDA:1,1\nBRF:x\nend_of_record\n'),
  (2, 'jacoco', '<report name="a"><sourcefile name="A"><line nr="1" ci="1" mb="x"/><counter type="LINE" missed="0" covered="1"/></sourcefile></report>'),
  (3, 'jacoco', '<report name="a">' || repeat('<group>', 31) || '<sourcefile name="A"><line nr="1" ci="0"/><counter type="LINE" missed="1" covered="0"/></sourcefile>' || repeat('</group>', 31) || '</report>'),
  (4, 'clover', '<coverage clover="3.2.0"><project><file name="a"><metrics statements="-1" coveredstatements="0"/><line num="1" count="1" type="stmt"/></file></project></coverage>'),
  (5, 'clover', '<coverage clover="3.2.0"><project><file name="a"><metrics statements="1" coveredstatements="2"/><line num="1" count="1" type="stmt"/></file></project></coverage>'),
  (6, 'coverage-py', '{"files": {"a.py": {"executed_lines": [1], "missing_lines": []}}, "totals": {"covered_lines": "1", "num_statements": 90}}'),
  (7, 'gcovr-summary', '{"files": [{"line_total": 1, "line_covered": 1}], "line_total": "90", "line_covered": 1}'),
  (8, 'gcovr-summary', '{"files": [{"line_total": 1, "line_covered": 1, "branch_total": "9", "branch_covered": 1}]}')) AS t (n, what, report),
  releasegov.read_report(what, report) AS r ORDER BY n;

-- ---- coverage.py, gcovr, Go ----

-- executed_lines holds the line of a docstring, which is no statement; what is
-- said of functions and classes is said again; percent_covered mixes.
SELECT * FROM pg_temp.read('auto', $${"meta": {"format": 3, "version": "7.6.1", "timestamp": "2026-11-23T09:31:43", "branch_coverage": true, "show_contexts": false},
  "files": {"shop/basket.py": {"executed_lines": [1, 3, 4, 7], "summary": {"covered_lines": 3, "num_statements": 5, "percent_covered": 57.1, "missing_lines": 2, "excluded_lines": 0, "num_branches": 2, "num_partial_branches": 1, "covered_branches": 1, "missing_branches": 1},
    "missing_lines": [8, 9], "excluded_lines": [], "executed_branches": [[3, 4], [7, -1]], "missing_branches": [[7, 8]],
    "functions": {"add": {"executed_lines": [4], "missing_lines": [8, 9], "summary": {"covered_lines": 1, "num_statements": 3}}}, "classes": {"": {"executed_lines": [1], "missing_lines": []}}}},
  "totals": {"covered_lines": 3, "num_statements": 5, "percent_covered": 57.1, "missing_lines": 2, "num_branches": 2, "covered_branches": 1, "missing_branches": 1}}$$);
SELECT what, s.* FROM (VALUES
  (1, 'version 5: branches are only counted', '{"meta": {"version": "5.5"}, "files": {"a.py": {"executed_lines": [1], "missing_lines": [2], "summary": {"covered_lines": 1, "num_statements": 2, "missing_lines": 1, "num_branches": 4, "covered_branches": 3}}}, "totals": {"covered_lines": 1, "num_statements": 2}}'),
  (2, 'a summary that hides a line', '{"files": {"a.py": {"executed_lines": [1, 2], "missing_lines": [3], "summary": {"covered_lines": 3, "num_statements": 3, "missing_lines": 0}}}, "totals": {"covered_lines": 3, "num_statements": 3}}'),
  (3, 'lines that are not listed', '{"files": {"a.py": {"executed_lines": [1], "missing_lines": [], "summary": {"covered_lines": 90, "num_statements": 90}}}}'),
  (4, 'no list', '{"files": {"a.py": {"summary": {"covered_lines": 90, "num_statements": 90}}}}'),
  (5, 'more missed than there is', '{"files": {"a.py": {"executed_lines": [], "missing_lines": [1, 2], "summary": {"covered_lines": 1, "num_statements": 1}}}}'),
  (6, 'a file that is none', '{"files": {"a.py": null}}'),
  (7, 'no file', '{"files": {}, "totals": {"covered_lines": 0, "num_statements": 0, "percent_covered": 100.0}}'),
  (8, 'files that are a list', '{"files": []}')) AS t (n, what, report),
  pg_temp.read('coverage-py', report) AS s ORDER BY n;

SELECT what, s.* FROM (VALUES
  (1, 'the summary', '{"root": ".", "gcovr/summary_format_version": "0.6", "files": [{"filename": "a.c", "line_total": 10, "line_covered": 7, "branch_total": 4, "branch_covered": 1, "function_total": 2, "function_covered": 2}],
    "line_total": 10, "line_covered": 7, "line_percent": 70.0, "branch_total": 4, "branch_covered": 1, "function_total": 2, "function_covered": 2}'),
  (2, 'an old one, whose total is wrong', '{"gcovr/summary_format_version": "0.1", "files": [{"filename": "a.c", "line_total": 10, "line_covered": 7, "branch_total": 0, "branch_covered": 0}], "line_total": 10, "line_covered": 10}'),
  (3, 'templates, excluded lines', '{"gcovr/format_version": "0.11", "files": [{"file": "a.cpp", "lines": [{"line_number": 3, "function_name": "f<int>", "count": 0, "branches": [{"count": 1, "throw": false}, {"count": 0}]},
    {"line_number": 3, "function_name": "f<char>", "count": 2, "branches": []}, {"line_number": 4, "count": 0, "branches": [], "gcovr/excluded": true}, {"line_number": 5, "count": 0, "branches": [{"count": 0, "gcovr/excluded": true}]}],
    "functions": [{"name": "f<int>", "execution_count": 0}, {"name": "f<char>", "execution_count": 2}, {"name": "main", "execution_count": 0, "gcovr/excluded": true}]}]}'),
  (4, 'no file', '{"gcovr/format_version": "0.11", "files": []}'),
  (5, 'a line without a count', '{"gcovr/format_version": "0.11", "files": [{"file": "a.c", "lines": [{"line_number": 3}], "functions": []}]}'),
  (6, 'no number', '{"gcovr/summary_format_version": "0.6", "files": [{"filename": "a.c", "line_percent": 100.0}]}')) AS t (n, what, report),
  pg_temp.read('auto', report) AS s ORDER BY n;

SELECT what, s.* FROM (VALUES
  (1, 'statements in blocks', E'mode: count\nshop/basket.go:3.24,5.2 2 7\nshop/basket.go:7.2,9.16 1 0\n'),
  (2, '-coverpkg: a block of each test binary', E'mode: set\nshop/basket.go:3.24,5.2 2 0\nshop/basket.go:7.2,9.16 1 0\nmode: set\nshop/basket.go:3.24,5.2 2 1\nshop/basket.go:7.2,9.16 1 0\n'),
  (3, 'no block', E'mode: atomic\n'),
  (4, 'cut off', E'mode: set\nshop/basket.go:3.24,5.2 2 1\nshop/basket.go:7.2,9.16 '),
  (5, 'a line that is no block', E'mode: set\nok  \tshop\t0.01s\tcoverage: 99.0% of statements\n')) AS t (n, what, report),
  pg_temp.read('auto', report) AS s ORDER BY n;

-- ---- load ----

-- k6, as handleSummary() has it: thresholds are ok, "passes" of
-- http_req_failed have failed, and of the page for payment one in a hundred is
-- slower than the 99th percentile of all says.
SELECT * FROM pg_temp.read('auto', $${"options": {"summaryTrendStats": ["med", "p(95)", "p(99)"]}, "state": {"testRunDurationMs": 30000.1}, "metrics": {
    "http_reqs": {"type": "counter", "contains": "default", "values": {"count": 1000, "rate": 33.3}},
    "http_req_failed": {"type": "rate", "contains": "default", "values": {"rate": 0.002, "passes": 2, "fails": 998}, "thresholds": {"rate<0.01": {"ok": true}}},
    "http_req_duration": {"type": "trend", "contains": "time", "values": {"med": 20.5, "p(95)": 88, "p(99)": 104.25}, "thresholds": {"p(99)<100": {"ok": false}}},
    "http_req_duration{page:pay}": {"type": "trend", "contains": "time", "values": {"med": 90, "p(95)": 200, "p(99)": 310.5}},
    "checks": {"type": "rate", "contains": "default", "values": {"passes": 7, "fails": 1, "rate": 0.875}}},
  "root_group": {"name": "", "groups": [{"name": "pay", "groups": [], "checks": [{"name": "accepted", "path": "::pay::accepted", "passes": 3, "fails": 1}]}], "checks": [{"name": "ok", "path": "::ok", "passes": 4, "fails": 0}]}}$$);
SELECT r.findings FROM releasegov.read_report('k6', '{"metrics": {"http_req_duration": {"values": {}, "thresholds": {"p(99)<100": {"ok": false}, "med<1": {"ok": "yes"}}}}, "root_group": {"checks": [{"name": "ok", "passes": 3, "fails": 1}]}}') AS r;
-- --summary-export: true means breached, and groups are objects.
SELECT * FROM pg_temp.read('auto', $${"root_group": {"name": "", "groups": {"pay": {"name": "pay", "groups": {}, "checks": {"accepted": {"name": "accepted", "path": "::pay::accepted", "passes": 3, "fails": 1}}}}, "checks": {}},
  "metrics": {"http_reqs": {"count": 1000, "rate": 33.3}, "http_req_failed": {"passes": 0, "fails": 1000, "thresholds": {"rate<0.01": false}, "value": 0},
    "http_req_duration": {"med": 20.5, "p(90)": 60, "p(95)": 88, "thresholds": {"p(95)<50": true}}, "dropped_iterations": {"count": 30, "rate": 1}}}$$);
-- --new-machine-readable-summary has neither thresholds nor a p99.
SELECT * FROM pg_temp.read('auto', $${"config": {"duration": 30.1, "execution": "local", "script": "load.js"}, "metadata": {"generatedAt": "2026-11-23T09:31:43Z", "k6Version": "2.2.0"}, "results": {
  "checks": {"metrics": [{"contains": "default", "name": "checks_failed", "type": "rate", "values": {"matches": 1, "rate": 0.25, "total": 4}}], "results": [{"fails": 1, "name": "accepted", "passes": 3}]},
  "metrics": [{"contains": "default", "name": "http_reqs", "type": "counter", "values": {"count": 10}}, {"contains": "default", "name": "http_req_failed", "type": "rate", "values": {"matches": 0, "rate": 0, "total": 10}},
    {"contains": "time", "name": "http_req_duration", "type": "trend", "values": {"avg": 3, "med": 2.5, "p(90)": 5, "p(95)": 6}}]}, "version": "1.0.0"}$$);

SELECT what, s.* FROM (VALUES
  (1, 'every threshold ok, 40 % failed', '{"metrics": {"http_reqs": {"values": {"count": 10}}, "http_req_failed": {"values": {"rate": 0.4, "passes": 4, "fails": 6}}, "http_req_duration": {"values": {"p(99)": 39.5, "p(95)": 30, "med": 20}, "thresholds": {"p(95)<1000": {"ok": true}}}}}'),
  (2, 'nothing succeeded', '{"metrics": {"http_reqs": {"values": {"count": 10}}, "http_req_failed": {"values": {"passes": 10, "fails": 0}}, "http_req_duration": {"values": {"p(99)": 0}}}}'),
  (3, 'no request', '{"metrics": {"iterations": {"values": {"count": 10}}}}'),
  (4, 'nobody counted failures', '{"metrics": {"http_reqs": {"values": {"count": 10}}, "http_req_duration": {"values": {"p(99)": 3}}}}'),
  (5, 'one page fails', '{"metrics": {"http_reqs": {"values": {"count": 1000}}, "http_req_failed": {"values": {"passes": 5, "fails": 995}}, "http_req_failed{page:pay}": {"values": {"passes": 5, "fails": 0}},
    "http_req_duration": {"values": {"p(99)": 3}}, "http_req_duration{page:pay}": {"values": {"p(99)": 0}}}}'),
  (6, 'a metric that knows more', '{"metrics": {"http_reqs": {"values": {"count": 1}}, "http_req_failed": {"values": {"passes": 0, "fails": 1}}, "checks": {"values": {"passes": 0, "fails": 5}}}, "root_group": {"checks": [{"name": "a", "passes": 5, "fails": 0}]}}'),
  (7, 'a rate of no count', '{"metrics": {"http_reqs": {"values": {"count": 1}}, "http_req_failed": {"values": {"rate": 0}}}}'),
  (8, 'more failed than made', '{"metrics": {"http_reqs": {"values": {"count": 1}}, "http_req_failed": {"values": {"passes": 9, "fails": 9}}}}'),
  (9, 'no metric', '{"root_group": {}}'),
  (10, 'nobody judged a request', '{"metrics": {"http_reqs": {"values": {"count": 1000}}, "http_req_failed": {"values": {"rate": 0, "passes": 0, "fails": 0}}, "http_req_duration": {"values": {"p(99)": 3}}}}'),
  (11, 'a tenth was judged', '{"metrics": {"http_reqs": {"values": {"count": 1000}}, "http_req_failed": {"values": {"passes": 1, "fails": 99}}, "http_req_duration": {"values": {"p(99)": 3}}}}'),
  (12, 'p(99) is text', '{"metrics": {"http_reqs": {"values": {"count": 1}}, "http_req_failed": {"values": {"passes": 0, "fails": 1}}, "http_req_duration": {"values": {"p(99)": "3"}}}}'),
  (13, 'p(99) is below zero', '{"metrics": {"http_reqs": {"values": {"count": 1}}, "http_req_failed": {"values": {"passes": 0, "fails": 1}}, "http_req_duration": {"values": {"p(99)": -3}}}}'),
  (14, 'p(99) of a page is null', '{"metrics": {"http_reqs": {"values": {"count": 1}}, "http_req_failed": {"values": {"passes": 0, "fails": 1}}, "http_req_duration": {"values": {"p(99)": 3}}, "http_req_duration{page:pay}": {"values": {"p(99)": null}}}}'),
  (15, 'requests of no count', '{"metrics": {"http_reqs": {"values": {"count": "1000"}}, "http_req_failed": {"values": {"passes": 0, "fails": 1}}}}')) AS t (n, what, report),
  pg_temp.read('k6', report) AS s ORDER BY n;

-- k6 ends with 99 for a threshold, and with 105 when it was stopped: a failed
-- request does not explain that. A gate without a threshold fails for it.
SELECT exit_code, r.status, r.message FROM unnest(ARRAY[0, 99, 105]) AS exit_code,
  releasegov.read_report('k6', '{"metrics": {"http_reqs": {"values": {"count": 1000}}, "http_req_failed": {"values": {"passes": 1, "fails": 999}}, "http_req_duration": {"values": {"p(99)": 3}}}}', exit_code) AS r ORDER BY 1;

BEGIN;
SELECT releasegov.register_application('load', 'standard', 'under load');
SELECT releasegov.register_release('load', '1.0.0', 'c0ffee', ARRAY['ann'], 'main');
SELECT what, r.status, r.message, r.results FROM (VALUES
  (1, 'the 99th percentile, where k6 left it out', '{performance_p99}', '{"metrics": {"http_reqs": {"values": {"count": 10}}, "http_req_failed": {"values": {"passes": 0, "fails": 10}}, "http_req_duration": {"values": {"p(95)": 3}}}}'),
  (2, 'and where 40 % of the requests failed', '{performance_p99}', '{"metrics": {"http_reqs": {"values": {"count": 10}}, "http_req_failed": {"values": {"passes": 4, "fails": 6}}, "http_req_duration": {"values": {"p(99)": 3}}}}'),
  (3, 'pass or fail', '{build}', '{"metrics": {"http_reqs": {"values": {"count": 1000}}, "http_req_failed": {"values": {"passes": 1, "fails": 999}}, "http_req_duration": {"values": {"p(99)": 3}}}}')) AS t (n, what, gates, report),
  releasegov.ingest_report('load', '1.0.0', 'k6', report, gates => gates::text[], run_id => n::text) AS r ORDER BY n;
SELECT gate, outcome, measured, detail FROM releasegov.gate_result WHERE application = 'load' ORDER BY id;
ROLLBACK;

-- autocannon counts no error where the server closes a connection. With a
-- rate, it counts the requests of the first second twice.
SELECT what, s.* FROM (VALUES
  (1, 'all is well', '{"connections": 5, "pipelining": 1, "samples": 10, "sampleInt": 1000, "errors": 0, "timeouts": 0, "mismatches": 0, "non2xx": 0, "latency": {"p50": 2, "p99": 9}, "requests": {"total": 10000, "sent": 10005}}'),
  (2, 'a tenth was never answered', '{"connections": 5, "pipelining": 1, "samples": 10, "sampleInt": 1000, "errors": 0, "timeouts": 0, "mismatches": 0, "non2xx": 0, "latency": {"p50": 2, "p99": 9}, "requests": {"total": 9000, "sent": 10005}}'),
  (3, 'a rate of 1000/s', '{"connections": 10, "pipelining": 1, "samples": 10, "sampleInt": 1000, "errors": 0, "timeouts": 0, "mismatches": 0, "non2xx": 0, "latency": {"p50": 2, "p99": 9}, "requests": {"total": 10000, "sent": 10999}}'),
  (4, 'the body was not as expected', '{"errors": 0, "timeouts": 0, "mismatches": 20, "non2xx": 0, "latency": {"p50": 2, "p99": 9}, "requests": {"total": 1000}}'),
  (5, 'answers, and none of them good', '{"errors": 0, "timeouts": 0, "mismatches": 0, "non2xx": 1000, "latency": {"p50": 2, "p99": 9}, "requests": {"total": 1000}}'),
  (6, 'numbers to overflow with', '{"connections": 99999999999, "pipelining": 99999999999, "samples": 99999999999, "sampleInt": 99999999999, "errors": 0, "timeouts": 0, "non2xx": 0, "latency": {"p99": 9}, "requests": {"total": 99999999999, "sent": 99999999999}}'),
  (7, 'lost, and nobody knows in what time', '{"errors": 0, "timeouts": 0, "non2xx": 0, "latency": {"p99": 5}, "requests": {"total": 100, "sent": 100000}}'),
  (8, 'sent as text', '{"errors": 0, "timeouts": 0, "non2xx": 0, "latency": {"p99": 5}, "requests": {"total": 100, "sent": "100000"}}')) AS t (n, what, report),
  pg_temp.read('autocannon', report) AS s ORDER BY n;

SELECT what, s.* FROM (VALUES
  (1, 'vegeta', '{"latencies": {"total": 8000000, "mean": 1000000, "50th": 950000, "90th": 1500000, "95th": 2000000, "99th": 2500000, "max": 3000000}, "requests": 1000, "rate": 50, "throughput": 50, "success": 0.999, "status_codes": {"0": 1, "200": 990, "304": 9}, "errors": ["refused"]}'),
  (2, 'vegeta, a tenth is 500', '{"latencies": {"99th": 2500000}, "requests": 100, "success": 1, "status_codes": {"200": 90, "500": 10}}'),
  (3, 'vegeta, requests of no code', '{"latencies": {"99th": 2500000}, "requests": 100, "success": 1, "status_codes": {"200": 90}}'),
  (4, 'vegeta made no request', '{"latencies": {"99th": 0}, "requests": 0, "success": 0, "status_codes": {}, "errors": []}'),
  (5, 'oha', '{"summary": {"successRate": 1.0, "total": 3.0, "requestsPerSec": 333}, "responseTimeHistogram": {}, "latencyPercentiles": {"p50": 0.0021, "p95": 0.0073, "p99": 0.0101}, "statusCodeDistribution": {"200": 1000}, "errorDistribution": {}}'),
  (6, 'oha, cut off at the end', '{"summary": {"successRate": 1.0}, "latencyPercentiles": {"p50": 0.0021, "p95": 0.0073, "p99": 0.0101}, "statusCodeDistribution": {"200": 1000}, "errorDistribution": {"aborted due to deadline": 50}}'),
  (7, 'oha, no answer', '{"latencyPercentiles": {"p99": null}, "statusCodeDistribution": {}, "errorDistribution": {"Connection refused": 1000}}'),
  (8, 'vegeta, requests as text', '{"latencies": {"99th": 2500000}, "requests": "1000", "status_codes": {"200": 90}}'),
  (9, 'oha, a list of errors', '{"latencyPercentiles": {"p99": 0.01}, "statusCodeDistribution": {"200": 95}, "errorDistribution": [["x", 5]]}')) AS t (n, what, report),
  pg_temp.read('auto', report) AS s ORDER BY n;

-- ---- pages and size ----

-- Of the runs of Lighthouse CI the worst counts, page by page.
SELECT what, s.* FROM (VALUES
  (1, 'two pages', '[{"url": "http://127.0.0.1/", "isRepresentativeRun": false, "summary": {"performance": 0.98, "accessibility": 1, "best-practices": 0.96, "seo": 0.92, "pwa": 0.1}}, {"url": "http://127.0.0.1/pay", "isRepresentativeRun": true, "summary": {"performance": 0.31, "accessibility": 1, "best-practices": 1, "seo": 1}}]'),
  (2, 'a run without a score', '[{"isRepresentativeRun": true, "summary": {"performance": null}}]'),
  (3, 'no run', '[]'),
  (4, 'a run without a summary', '[{"isRepresentativeRun": true}]')) AS t (n, what, report),
  pg_temp.read('lighthouse-ci', report) AS s ORDER BY n;
SELECT * FROM pg_temp.read('auto', '{"lighthouseVersion": "12.8.2", "audits": {"total-byte-weight": {"id": "total-byte-weight", "numericValue": 59511, "numericUnit": "byte"}}, "categories": {"performance": {"score": 0.99}}}');

-- A warning that is not kept takes no memory.
SELECT r.status, jsonb_array_length(to_jsonb(r.warnings)) AS warnings FROM releasegov.read_report('lighthouse', '{"lighthouseVersion": "12.8.2", "runWarnings": [' || repeat('"",', 100000) || '"last"], "categories": {"seo": {"score": 1}}}') AS r;

-- Bytes as they are, without source maps. What main.js imports statically and
-- its style sheet are loaded with it; what it import()s is not.
SELECT * FROM pg_temp.read('auto', $${"inputs": {}, "outputs": {
  "out/main.js.map": {"bytes": 90000}, "out/main.js": {"bytes": 1000, "entryPoint": "src/main.ts", "cssBundle": "out/main.css",
    "imports": [{"path": "out/chunk.js", "kind": "import-statement"}, {"path": "out/lazy.js", "kind": "dynamic-import"}, {"path": "react", "kind": "import-statement", "external": true}]},
  "out/main.css": {"bytes": 30}, "out/chunk.js": {"bytes": 200, "imports": [{"path": "out/main.js", "kind": "import-statement"}]}, "out/logo.svg": {"bytes": 7},
  "out/lazy.js": {"bytes": 5000, "entryPoint": "src/lazy.ts", "imports": [{"path": "out/chunk.js", "kind": "import-statement"}]}}}$$);
SELECT what, s.* FROM (VALUES
  (1, 'esbuild wrote nothing', '{"inputs": {}, "outputs": {}}'),
  (2, 'esbuild, no size', '{"inputs": {}, "outputs": {"a.js": {}}}'),
  (3, 'webpack', '{"version": "5.112.2", "hash": "x", "assets": [{"name": "main.js?v=1", "size": 2717}, {"name": "main.js.map", "size": 13834}, {"name": "480.js", "size": 208}], "assetsByChunkName": {}, "entrypoints": {"main": {"assetsSize": 2717}}, "errors": [], "errorsCount": 0}'),
  (4, 'a build that broke', '{"assets": [{"name": "main.js", "size": 131}], "entrypoints": {}, "errors": [{"message": "Module not found", "moduleName": "./src/a.js"}], "errorsCount": 1}'),
  (5, 'two builds', '{"errorsCount": 0, "children": [{"assets": [{"name": "a.js", "size": 10}], "entrypoints": {"a": {"assetsSize": 10}}}, {"assets": [{"name": "b.css", "size": 5}]}]}'),
  (6, 'assets left out', '{"assets": [{"name": "a.js", "size": 10}], "assetsByChunkName": {}, "filteredAssets": 3, "errorsCount": 0}'),
  (7, 'size-limit', '[{"name": "shop", "passed": true, "size": 1000, "sizeLimit": 2000}]'),
  (8, 'esbuild, names with escapes', '{"inputs": {}, "outputs": {"a\u002ejs": {"bytes": 1, "entryPoint": "x", "imports": [{"path": "b\u002ejs", "kind": "import-statement"}, {"path": "\u00fc.css", "kind": "import-statement"}]}, "b\u002ejs": {"bytes": 1000, "imports": []}, "ü.css": {"bytes": 20}}}'),
  (9, 'esbuild, imports that are no list', '{"inputs": {}, "outputs": {"a.js": {"bytes": 1, "entryPoint": "x", "imports": {"path": "b.js"}}, "b.js": {"bytes": 1000}}}'),
  (10, 'webpack, an asset with escapes', '{"assets": [{"name": "a\u002ejs", "size": 10}], "assetsByChunkName": {}, "errorsCount": 0}'),
  (11, 'webpack, assets left out, as text', '{"assets": [{"name": "a.js", "size": 10}], "assetsByChunkName": {}, "filteredAssets": "3", "errorsCount": 0}')) AS t (n, what, report),
  pg_temp.read('auto', report) AS s ORDER BY n;

-- ---- lint and architecture ----

SELECT what, s.* FROM (VALUES
  (1, 'clean', '<?xml version="1.0"?><checkstyle version="4.3"><file name="/src/a.js"></file></checkstyle>'),
  (2, 'severities', '<checkstyle version="8.0"><file name="a"><error line="1" severity="error" message="x" source="r1"/><error line="2" severity="warning"/><error line="3" severity="info"/><error line="4" severity="ignore"/><error line="5" severity="fatal"/><error line="6"/></file></checkstyle>'),
  (3, 'no file', '<checkstyle version="3.7.1">
</checkstyle>'),
  (4, 'a file that crashed the checks', '<checkstyle version="10.12"><file name="A.java"><exception><![CDATA[java.lang.IllegalStateException]]></exception></file></checkstyle>')) AS t (n, what, report),
  pg_temp.read('auto', report) AS s ORDER BY n;

SELECT r.recognised, r.status, r.figures->>'lint.errors' AS errors, r.figures->>'lint.suppressed' AS suppressed, r.set_aside FROM releasegov.read_report('auto',
  '{"results": [{"filePath": "a.js", "messages": [{"ruleId": "eqeqeq", "severity": 2, "line": 1}], "suppressedMessages": [{"ruleId": "no-var", "line": 3, "suppressions": [{"kind": "directive", "justification": "legacy"}]}], "errorCount": 1}], "metadata": {"cwd": "/src", "rulesMeta": {}}}') AS r;

SELECT what, s.* FROM (VALUES
  (1, 'violations', '{"modules": [{"source": "a.js", "dependencies": [{"module": "./b", "valid": false, "rules": [{"severity": "error", "name": "no-b"}]}], "valid": true}], "summary": {"violations": [{"type": "dependency", "from": "a.js", "to": "b.js", "rule": {"severity": "error", "name": "no-b"}},
    {"from": "a.js", "to": "c.js", "rule": {"severity": "warn", "name": "no-c"}}, {"from": "a.js", "rule": {"severity": "info", "name": "orphan"}}, {"from": "a.js", "rule": {"severity": "ignore", "name": "known"}}, {"from": "a.js", "rule": {"severity": "grave", "name": "new"}}],
    "error": 2, "warn": 1, "info": 1, "ignore": 1, "totalCruised": 1, "ruleSetUsed": {"forbidden": [{"name": "no-b"}]}}}'),
  (2, 'none', '{"modules": [{"source": "a.js", "dependencies": []}], "summary": {"violations": [], "error": 0, "totalCruised": 1, "ruleSetUsed": {"allowed": [{}]}}}'),
  (3, 'no module', '{"modules": [], "summary": {"violations": [], "error": 0, "totalCruised": 0, "ruleSetUsed": {"forbidden": [{}]}}}'),
  (4, 'no rule', '{"modules": [{"source": "a.js"}], "summary": {"violations": [], "error": 0, "totalCruised": 1}}'),
  (5, 'errors that are not listed', '{"modules": [{"source": "a.js", "rules": [{"severity": "error", "name": "x"}]}], "summary": {"violations": [], "error": 0, "totalCruised": 1, "ruleSetUsed": {"forbidden": [{}]}}}'),
  (6, 'errors of the summary', '{"modules": [{"source": "a.js"}], "summary": {"violations": [], "error": 6, "totalCruised": 9, "ruleSetUsed": {"forbidden": [{}]}}}'),
  (7, 'no list', '{"modules": [{"source": "a.js"}], "summary": {"error": 0}}')) AS t (n, what, report),
  pg_temp.read('auto', report) AS s ORDER BY n;

-- Each figure is of the family that a policy may compare it with.
SELECT figure, count(f.path) AS faults FROM unnest(ARRAY['architecture.violations', 'checks.failed', 'thresholds.failed', 'coverage.statements_valid', 'latency.p99_worst', 'size.raw_initial']) WITH ORDINALITY AS t (figure, n)
LEFT JOIN LATERAL releasegov.validate_policy(jsonb_build_object('releasegov', 1, 'roles', '{"ops": {"role": "postgres"}}'::jsonb, 'environments', '[{"name": "production", "releases": true}]'::jsonb,
  'gates', jsonb_build_array(jsonb_build_object('name', 'a', 'threshold', CASE WHEN figure ~ 'latency' THEN '< 1 s' WHEN figure ~ 'size' THEN '< 1 MB' ELSE '= 0' END, 'figures', jsonb_build_array(figure),
    'enforcement', 'block', 'environments', '["production"]'::jsonb)))) AS f ON f.path LIKE '%figures%' GROUP BY n, figure ORDER BY n;

-- ---- what is no report ----

SELECT what, format, r.recognised, r.status, r.message FROM (VALUES
  (1, 'text for people', 'auto', E'\n  error no-b: a.js → b.js\n\nx 1 dependency violations (1 errors, 0 warnings). 9 modules, 12 dependencies cruised.\n'),
  (2, 'text for people', 'depcruise', E'\n✔ no dependency violations found (7 modules, 7 dependencies cruised)\n'),
  (3, 'service messages', 'auto', '##teamcity[testFinished name=''a'']'),
  (4, 'service messages', 'junit', '##teamcity[testFinished name=''a'']'),
  (5, 'a Vite manifest', 'auto', '{"index.html": {"file": "assets/index-1.js", "src": "index.html", "isEntry": true}}'),
  (6, 'a manifest of something else', 'auto', '{"index.html": {"page": "a"}}')) AS t (n, what, format, report),
  releasegov.read_report(format, report) AS r ORDER BY n;

-- Whatever bytes are missing at the end, no report is taken for whole.
WITH report (format, whole) AS (VALUES
  ('istanbul-summary', '{"a.js": {"lines": {"total": 3, "covered": 2}, "statements": {"total": 3, "covered": 2}, "functions": {"total": 3, "covered": 2}, "branches": {"total": 3, "covered": 2}}}'),
  ('istanbul-final', '{"a.js": {"statementMap": {"0": {"start": {"line": 1}}}, "s": {"0": 1}, "f": {}, "b": {}}}'),
  ('jacoco', '<report name="a"><package name="p"><sourcefile name="A"><line nr="1" ci="1"/><counter type="LINE" missed="0" covered="1"/></sourcefile></package></report>'),
  ('clover', '<coverage clover="1"><project><file name="a"><line num="1" count="1" type="stmt"/></file></project></coverage>'),
  ('coverage-py', '{"files": {"a.py": {"executed_lines": [1], "missing_lines": []}}}'),
  ('gcovr', '{"files": [{"lines": [{"line_number": 1, "count": 1}], "functions": []}]}'),
  ('k6', '{"metrics": {"http_reqs": {"count": 9}, "http_req_failed": {"passes": 0, "fails": 9}, "http_req_duration": {"p(99)": 1}}}'),
  ('esbuild', '{"outputs": {"a.js": {"bytes": 1}}}'),
  ('checkstyle', '<checkstyle><file name="a"/></checkstyle>'),
  ('depcruise', '{"modules": [{"source": "a"}], "summary": {"violations": [], "ruleSetUsed": {"forbidden": [{}]}}}'))
SELECT format, count(*) AS cuts, count(*) FILTER (WHERE r.status = 'ok') AS ok
FROM report, generate_series(0, length(whole) - 1) AS at, releasegov.read_report(format, left(whole, at)) AS r GROUP BY format ORDER BY format;

-- Members of another type, and of the right type in the wrong place: an answer
-- in words for each format, never an error.
SELECT format, count(*) AS answers, count(*) FILTER (WHERE r.status = 'ok') AS ok FROM releasegov.report_format AS f (format),
  unnest(ARRAY['null', '1', '"x"', '[]', '{}', '[null]', '[[]]', '[{}]', '{"a": null}', '{"files": 1}', '{"files": [1]}', '{"files": {"a": []}}', '{"metrics": [1]}', '{"metrics": {"http_reqs": 1}}', '{"outputs": [1]}', '{"outputs": {"a": 1}}', '{"assets": {}}', '{"assets": [1]}',
    '{"modules": 1, "summary": []}', '{"modules": [1], "summary": {"violations": [1]}}', '{"status_codes": [1]}', '{"status_codes": {"200": "1"}, "errorDistribution": {"x": {}}}', '{"total": 1}', '{"results": {"metrics": [1], "checks": 1}}', '<a/>', '<report/>', '<coverage/>', '<checkstyle/>']) AS report,
  releasegov.read_report(format, report) AS r
WHERE format IN ('istanbul-summary', 'istanbul-final', 'jacoco', 'clover', 'coverage-py', 'gcovr', 'gcovr-summary', 'k6', 'vegeta', 'oha', 'autocannon', 'lighthouse-ci', 'esbuild', 'webpack', 'checkstyle', 'depcruise', 'go-cover', 'jacoco-csv')
GROUP BY format ORDER BY format;

-- Reading gives the memory back.
DO $$
BEGIN
  FOR i IN 1..100 LOOP
    PERFORM releasegov.read_report('cobertura', '<coverage line-rate="1"><package><class filename="a">' || repeat('<line number="1" hits="1"/><line number="9" hits="0"/>', 2000) || '</class></package></coverage>');
    PERFORM releasegov.read_report('cobertura', '<coverage line-rate="1"><package><class filename="a">' || repeat('<line number="1" hits="1"/>', 2000));
    PERFORM releasegov.read_report('go-cover', E'mode: set\n' || repeat(E'a.go:1.1,2.2 1 1\n', 2000));
  END LOOP;
END $$;
SELECT sum(total_bytes) IS NULL AS all_given_back FROM pg_backend_memory_contexts WHERE name ~ 'releasegov (report|JSON|Cobertura)';
