-- Reports that somebody made to do harm, and those that went wrong on their
-- way: each gets a verdict in words, with the place where there is one.
\set VERBOSITY default
\set SHOW_CONTEXT never

-- libxml2's own words and columns differ between versions.
CREATE FUNCTION pg_temp.said(format text, report bytea)
RETURNS TABLE (status text, message text)
RETURN (SELECT ROW(r.status, regexp_replace(r.message,
    '(, column \d+)?: not well-formed XML: (?![a"]|something|the document).*', ': not well-formed XML'))
  FROM releasegov.read_report(format, report) AS r);
CREATE FUNCTION pg_temp.said(format text, report text)
RETURNS TABLE (status text, message text)
RETURN (SELECT ROW(s.status, s.message) FROM pg_temp.said(format, convert_to(report, 'UTF8')) AS s);

-- Nothing is declared, expanded or fetched. A DTD outside may be named, as
-- gcovr and JaCoCo do; it is not looked at.
SELECT what, s.* FROM (VALUES
  (1, 'billion laughs', E'<?xml version="1.0"?>\n<!DOCTYPE lolz [\n<!ENTITY l0 "lol"><!ENTITY l1 "&l0;&l0;&l0;&l0;&l0;&l0;&l0;&l0;"><!ENTITY l2 "&l1;&l1;&l1;&l1;&l1;&l1;&l1;&l1;">]>\n<testsuite><testcase name="&l2;"/></testsuite>'),
  (2, 'quadratic blow-up', '<!DOCTYPE x [<!ENTITY a "' || repeat('a', 50000) || '">]><testsuite><testcase name="a">' || repeat('&a;', 5000) || '</testcase></testsuite>'),
  (3, 'a file of the server', '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><testsuite><testcase name="a"><failure>&a;</failure></testcase></testsuite>'),
  (4, 'an address inside', '<!DOCTYPE x [<!ENTITY a PUBLIC "p" "http://169.254.169.254/latest/meta-data/">]><testsuite><testcase name="a">&a;</testcase></testsuite>'),
  (5, 'a parameter entity', '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://203.0.113.1/x.dtd"> %p;]><testsuite><testcase name="a"/></testsuite>'),
  (6, 'parameter entities that build one', '<!DOCTYPE x [<!ENTITY % a "<!ENTITY b ''c''>"> %a;]><testsuite><testcase name="&b;"/></testsuite>'),
  (7, 'conditional sections', '<!DOCTYPE x SYSTEM "x.dtd" [<![INCLUDE[<!ATTLIST testcase status CDATA "skipped">]]>]><testsuite><testcase name="a"/></testsuite>'),
  (8, 'a bracket in a name of a DTD', '<!DOCTYPE x SYSTEM "a[b"><testsuite><testcase name="a"/></testsuite>'),
  (9, 'a DTD outside', '<!DOCTYPE testsuite PUBLIC "-//X//Y" "http://203.0.113.1/x.dtd"><testsuite><testcase name="a"/></testsuite>'),
  (10, 'an entity that the DTD might have', E'<!DOCTYPE testsuite SYSTEM "x.dtd">\n<testsuite><testcase name="a&nbsp;b"/></testsuite>'),
  (11, 'a DOCTYPE in the midst', '<testsuite><!DOCTYPE x><testcase name="a"/></testsuite>'),
  (12, 'an endless DOCTYPE', '<!DOCTYPE x ' || repeat('y ', 5000) || '><testsuite/>'),
  (13, 'a DOCTYPE that does not end', E'\n<!DOCTYPE x "<testsuite/>'),
  (14, 'an entity declared in the midst', '<testsuite><!ENTITY a "b"><testcase name="&a;"/></testsuite>'),
  (15, 'XInclude', '<testsuite xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd" parse="text"/><testcase name="a"/></testsuite>'),
  (16, 'a stylesheet', '<?xml-stylesheet href="http://203.0.113.1/x.xsl" type="text/xsl"?><testsuite><testcase name="a"/></testsuite>')) AS t (n, what, report),
  pg_temp.said('junit', report) AS s ORDER BY n;

-- Markup that breaks rules of XML, and where.
SELECT what, s.* FROM (VALUES
  (1, 'nothing but a declaration', '<?xml version="1.0"?>'),
  (2, 'nothing but a comment', '<!-- no tests -->'),
  (3, 'text before the root', 'x<testsuite/>'),
  (4, 'text behind the root', E'<testsuite><testcase name="a"/></testsuite>\nall passed'),
  (5, 'two documents', E'<testsuite><testcase name="a"/></testsuite>\n<testsuite><testcase name="b"><failure/></testcase></testsuite>'),
  (6, 'two documents with declarations', E'<?xml version="1.0"?><testsuite/>\n<?xml version="1.0"?><testsuite/>'),
  (7, 'a prefix nobody declared, then more', E'<testsuite x:y="z"><testcase name="a"/></testsuite>\n<testsuite/>'),
  (8, 'a comment and an instruction behind', E'<testsuite><testcase name="a"/></testsuite>\n<!-- done -->\n<?x y?>\n'),
  (9, 'a comment that does not end', E'<testsuite>\n  <!-- <testcase name="a"><failure/></testcase>\n</testsuite>'),
  (10, 'a comment in a comment', E'<testsuite>\n<!-- a -- b -->\n</testsuite>'),
  (11, 'a comment that ends at once', '<testsuite><!--><failure/>--><testcase name="a"/></testsuite>'),
  (12, 'CDATA that does not end', E'<testsuite><testcase name="a">\n<![CDATA[ </testcase></testsuite>'),
  (13, 'CDATA outside the root', '<![CDATA[x]]><testsuite/>'),
  (14, 'the end of CDATA alone', E'<testsuite>\n]]></testsuite>'),
  (15, 'an instruction that does not end', '<testsuite><?php echo 1; <testcase name="a"/></testsuite>'),
  (16, 'a tag that does not end', E'<testsuite>\n <testcase name="a"'),
  (17, 'a value that does not end', E'<testsuite>\n <testcase name="a></testcase></testsuite>'),
  (18, 'a value with <', '<testsuite><testcase name="a<b"/></testsuite>'),
  (19, 'a value without quotes', '<testsuite><testcase name=a/></testsuite>'),
  (20, 'an attribute twice', '<testsuite><testcase name="a" status="failed" status="passed"/></testsuite>'),
  (21, 'a name that is none', '<testsuite><1testcase/></testsuite>'),
  (22, 'a tag without a name', '<testsuite>< testcase name="a"/></testsuite>'),
  (23, 'an & alone', E'<testsuite>\n<testcase name="salt & pepper"/></testsuite>'),
  (24, 'a number that is no character', '<testsuite><testcase name="&#xyz;"/></testsuite>'),
  (25, 'crossed tags', E'<testsuite>\n<testcase name="a">\n</testsuite></testcase>'),
  (26, 'an end without a beginning', '<testsuite></testsuite></testsuite>'),
  (27, 'one element that is not closed', '<testsuite><testcase name="a"><failure></testcase></testsuite>'),
  (28, 'just deep enough', repeat('<testsuite>', 255) || '<testcase name="a"/>' || repeat('</testsuite>', 255)),
  (29, 'too deep', E'<testsuite>\n' || repeat('<testsuite>', 256) || '<testcase name="a"/>' || repeat('</testsuite>', 257)),
  (30, '2,000 attributes', '<testsuite><testcase ' || (SELECT string_agg(format('a%s=""', i), ' ') FROM generate_series(1, 2000) i) || '/></testsuite>'),
  (31, 'more attributes', E'<testsuite>\n<testcase ' || (SELECT string_agg(format('a%s=""', i), ' ') FROM generate_series(1, 2001) i) || '/></testsuite>'),
  (32, 'names without number', '<testsuite>' || (SELECT string_agg(format('<e%s/>', i), '') FROM generate_series(1, 200000) i) || '</testsuite>'),
  (33, 'a long name', '<testsuite><' || repeat('x', 60000) || '/></testsuite>'),
  (34, 'a tag that goes on and on', '<testsuite><testcase ' || repeat('name ', 300000) || '/></testsuite>'),
  (35, 'Cyrillic that looks like Latin', '<testsuite><tеstcase name="a"/></testsuite>')) AS t (n, what, report),
  pg_temp.said('junit', report) AS s ORDER BY n;

-- Faults are where they are in the file, whatever was replaced, converted or
-- left out before them.
SELECT what, s.* FROM (VALUES
  (1, 'Latin-1', '<?xml version="1.0" encoding="iso-8859-1"?>'::bytea || '\x0a' || '<testsuite><testcase name="'::bytea || '\xe4f6fc' || '">&x;'),
  (2, 'NUL and ESC', '<testsuite>'::bytea || '\x001b0a00' || '&x;'),
  (3, 'comments', convert_to(E'<testsuite><!-- one\ntwo --><!-- three --> &x;', 'UTF8')),
  (4, 'a long value', convert_to('<testsuite><testcase name="' || repeat('x', 100000) || E'"/>\n  &x;', 'UTF8')),
  (5, 'long CDATA', convert_to('<testsuite><![CDATA[' || repeat('x', 100000) || E']]>\n  &x;', 'UTF8')),
  (6, 'a BOM and blanks before it', '\xefbbbf'::bytea || E'\n  <testsuite>&x;'),
  (7, 'blanks before it', E'  <testsuite>&x;')) AS t (n, what, report),
  pg_temp.said('junit', report) AS s ORDER BY n;

-- What is long is cut, and nothing behind it is lost.
SELECT what, r.status, r.figures->>'tests.total' AS total, r.figures->>'tests.failed' AS failed,
  length(r.findings->0->>'message') AS message, r.warnings FROM (VALUES
  (1, 'a value of a megabyte', '<testcase name="a"><failure message="' || repeat('x&lt;', 200000) || '"/></testcase>'),
  (2, 'values of a megabyte', '<testcase name="a"><failure a="' || repeat('x', 500000) || '" message="m" b="' || repeat('y', 500000) || '"/></testcase>'),
  (3, 'CDATA of a megabyte', '<testcase name="a"><failure message="m"><![CDATA[' || repeat(']]<]>', 200000) || ']]></failure></testcase>'),
  (4, 'text of a megabyte', '<testcase name="a"><failure message="m">' || repeat('x &#x00; ]] ', 80000) || '</failure></testcase>'),
  (5, 'a comment of a megabyte', '<!--' || repeat(' <testcase name="z">', 50000) || '--><testcase name="a"><error message="m"/></testcase>'),
  (6, 'comments without number', repeat('<!--><-->', 100000) || '<testcase name="a"><error message="m"/></testcase>'),
  (7, 'empty elements', repeat('<x/>', 200000) || '<testcase name="a"><error message="m"/></testcase>'),
  (8, 'up and down', repeat(repeat('<a>', 200) || repeat('</a>', 200), 500) || '<testcase name="a"><error message="m"/></testcase>'),
  (9, 'failures of one test', '<testcase name="a">' || repeat('<failure message="m"/>', 50000) || '</testcase>'),
  (10, '50,000 failed tests', repeat('<testcase name="a"><error message="m"/></testcase>', 50000))) AS t (n, what, inside),
  releasegov.read_report('junit', '<testsuite>' || inside || '<testcase name="b"/></testsuite>') AS r ORDER BY n;

-- Characters that XML does not have, bytes that are no characters.
SELECT what, r.status, r.message, r.findings->0->>'name' AS name, r.warnings FROM (VALUES
  (1, 'a surrogate in bytes', ''::bytea, '\xeda080'::bytea),
  (2, 'more bytes than needed', '', '\xc0af'),
  (3, 'behind the last one', '', '\xf4908080'),
  (4, 'no characters', '', '\xefbfbeefbfbf'),
  (5, 'cut off', '', '\xe282'),
  (6, 'Latin-1 that says UTF-8', '<?xml version="1.0" encoding="UTF-8"?>', '\x47727cdf65fc'),
  (7, 'Latin-1', '<?xml version=''1.0'' encoding=''latin1''?>', '\xfcdf'),
  (8, 'Windows-1252', '<?xml version="1.0" encoding="Windows-1252"?>', '\x8093fc948d'),
  (9, 'UTF-8 that says UTF-16', '<?xml version="1.0" encoding="utf-16"?>', '\xc3bc'),
  (10, 'an encoding of nobody', '<?xml version="1.0" encoding="x-klingon"?>', '\x61'),
  (11, 'EBCDIC, it says', '<?xml version="1.0" encoding="ebcdic-cp-us"?>', '\x61'),
  (12, 'by number', '', '&#xD800;&#x1F600;&#xFFFF;&#9;')) AS t (n, what, declaration, name),
  releasegov.read_report('junit', declaration || '<testsuite><testcase name="'::bytea || name || '"><error/></testcase></testsuite>') AS r ORDER BY n;

-- Hostile JSON.
SELECT what, s.* FROM (VALUES
  (1, 'just deep enough', '{"x": ' || repeat('[', 199) || repeat(']', 199) || ', "version": "2.1.0", "runs": []}'),
  (2, 'too deep', E'{"x":\n' || repeat('[', 201) || repeat(']', 201) || ', "version": "2.1.0", "runs": []}'),
  (3, 'two documents', E'{"version": "2.1.0", "runs": []}\n{"version": "2.1.0", "runs": []}'),
  (4, 'a comma at the end', '{"version": "2.1.0", "runs": [],}'),
  (5, 'a remark', E'{"version": "2.1.0", // five\n "runs": []}'),
  (6, 'single quotes', '{''version'': "2.1.0"}'),
  (7, 'a line break in a text', E'{"version": "2.1\n.0", "runs": []}'),
  (8, 'a number of a million digits', '{"version": ' || repeat('9', 1000000) || ', "runs": []}'),
  (9, 'a number that is none', '{"version": 1.2.3, "runs": []}'),
  (10, 'a member twice', '{"version": "2.1.0", "runs": [], "runs": [{"results": [{"level": "error"}]}]}'),
  (11, 'names with escapes', '{"version": "2.1.0", ' || repeat('"\u0061": 1, ', 100000) || '"r\u0075ns": []}'),
  (12, 'a record of names with escapes', '{"version": "2.1.0", "runs": [{"results": [{' || repeat('"\u0061": 1, ', 500001) || '"b": 1}]}]}'),
  (13, 'a name of a megabyte', '{"version": "2.1.0", "' || repeat('\n', 500000) || '": 1, "runs": []}'),
  (14, 'Infinity', '{"version": "2.1.0", "runs": [], "x": Infinity}'),
  (15, 'a half of an escape', '{"version": "2.1.0", "runs": [], "x": "\u00"}'),
  (16, 'blanks before a fault', E'\n  {]')) AS t (n, what, report),
  pg_temp.said('sarif', report) AS s ORDER BY n;
SELECT what, r.status, r.message, r.findings->0->>'name' AS name, r.findings->0->>'message' AS message, r.warnings FROM (VALUES
  (1, 'lone surrogates and NUL', convert_to('\udc00\ud800\u0000', 'UTF8')),
  (2, 'Latin-1', '\xfcdf'),
  (3, 'a surrogate in bytes', '\xeda080'),
  (4, 'a NUL byte', '\x6100'),
  (5, 'cut UTF-8', '\xe282')) AS t (n, what, name),
  releasegov.read_report('ctrf', '{"reportFormat": "CTRF", "results": {"tests": [{"status": "failed", "name": "'::bytea || name ||
    '", "message": "'::bytea || name || '"}]}}'::bytea) AS r ORDER BY n;

-- Whatever is missing at the end, none of these is taken for whole.
SELECT format, count(*) AS places, count(*) FILTER (WHERE r.status = 'ok') AS ok, count(*) FILTER (WHERE r.message IS NULL) AS wordless FROM (VALUES
  ('junit', '<?xml version="1.0"?><!DOCTYPE testsuite SYSTEM "x"><testsuite tests="2"><!-- c --><testcase name="a &amp; b"/><testcase name="c"><system-out><![CDATA[x]]></system-out></testcase><?p i?></testsuite>'),
  ('cobertura', '<coverage lines-valid="2" lines-covered="1"><packages><line number="1" hits="1"/><line number="2" hits="0"/></packages></coverage>'),
  ('ctrf', '{"reportFormat": "CTRF", "results": {"tests": [{"name": "a\u00e4", "status": "passed"}, {"name": "b", "status": "passed"}]}}'),
  ('sarif', '{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{"level": "note", "ruleId": "r"}], "columnKind": true, "n": 1.5e3}]}'),
  ('eslint', '[{"filePath": "a", "messages": []}, {"filePath": "b", "messages": [{"severity": 1}]}]'),
  ('npm-audit', '{"auditReportVersion": 2, "vulnerabilities": {}, "metadata": {"dependencies": {"total": 7}}}'),
  ('lcov', E'SF:a\nDA:1,1\nBRDA:1,0,0,1\nLF:1\nLH:1\nend_of_record')) AS t (format, whole),
  generate_series(0, length(whole) - 1) AS at, releasegov.read_report(format, left(whole, at)) AS r GROUP BY format ORDER BY format;

-- What is sent instead of reports.
SELECT what, r.recognised, r.status, r.message FROM (VALUES
  (1, 'gzip', 'junit', '\x1f8b0800000000000003'::bytea),
  (2, 'compress', 'auto', '\x1f9d90'),
  (3, 'zstd', 'auto', '\x28b52ffd2400'),
  (4, 'xz', 'sarif', '\xfd377a585a00'),
  (5, 'bzip2', 'lcov', '\x425a6839314159'),
  (6, 'LZ4', 'auto', '\x04224d18'),
  (7, 'ZIP', 'junit', '\x504b0304140000'),
  (8, 'ZIP with nothing in it', 'auto', '\x504b0506000000'),
  (9, '7-Zip', 'auto', '\x377abcaf271c'),
  (10, 'PDF', 'lighthouse', '%PDF-1.7'),
  (11, 'UTF-16LE', 'junit', '\xfffe3c0074006500'),
  (12, 'UTF-16BE', 'junit', '\xfeff003c00740065'),
  (13, 'UTF-16LE without a mark', 'auto', '\x3c00740065007300'),
  (14, 'UTF-16BE without a mark', 'auto', '\x007b0022007200'),
  (15, 'UTF-16BE behind a line break', 'auto', '\x0a003c00740065'),
  (16, 'UTF-32LE', 'auto', '\xfffe00003c000000'),
  (17, 'UTF-32BE', 'auto', '\x0000feff0000003c'),
  (18, 'UTF-7', 'junit', '+/v8-<testsuite/>'),
  (19, 'EBCDIC', 'junit', '\x4c6fa794937dd6'),
  (20, 'NUL bytes', 'lcov', '\x00000000'),
  (21, 'an error page', 'junit', '<!DOCTYPE html><html><body>502 Bad Gateway</body></html>'),
  (22, 'an old error page', 'sarif', E'\n<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>'),
  (23, 'XHTML', 'junit', '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd"><html xmlns="http://www.w3.org/1999/xhtml"/>'),
  (24, 'a page without a head', 'auto', '<h1>Not Found</h1>'),
  (25, 'a page behind a comment', 'auto', '<!-- proxy --><HTML><TITLE>504</TITLE></HTML>'),
  (26, 'an error of a store', 'junit', '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'),
  (27, 'an error of an API', 'auto', '{"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"}'),
  (28, 'the same as SARIF', 'sarif', '{"message": "Not Found", "status": "404"}'),
  (29, 'an error inside', 'lighthouse', '{"error": {"code": 429, "message": "Quota exceeded"}}'),
  (30, 'a list of errors', 'auto', '{"data": null, "errors": [{"message": "Bad credentials"}]}'),
  (31, 'a word', 'ctrf', '"Unauthorized"'),
  (32, 'null', 'auto', 'null'),
  (33, 'plain text', 'auto', 'upstream connect error or disconnect/reset before headers'),
  (34, 'hexadecimal text', 'junit', convert_to('\x3c74657374', 'UTF8'))) AS t (n, what, format, report),
  releasegov.read_report(format, report) AS r ORDER BY n;

-- Tracefiles that would cost much.
SELECT what, s.* FROM (VALUES
  (1, 'records that are far apart', repeat(E'SF:a\nDA:7999999,1\nend_of_record\n', 1000)),
  (2, 'a line of a megabyte', E'SF:' || repeat('a', 1000000) || E'\nDA:1,1\nend_of_record\n'),
  (3, 'a count of a megabyte', E'SF:a\nDA:1,' || repeat('9', 1000000) || E'\nend_of_record\n'),
  (4, 'a megabyte without a line', repeat('DA', 500000)),
  (5, 'a NUL in it', E'SF:a\nDA:1,1\nend_of_record\n')) AS t (n, what, report),
  pg_temp.said('lcov', CASE n WHEN 5 THEN convert_to(report, 'UTF8') || '\x00' ELSE convert_to(report, 'UTF8') END) AS s ORDER BY n;
