use std::io::Write;

use zip::write::{SimpleFileOptions, ZipWriter};

use super::*;

const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
const RELS: &str = r#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const STYLES: &str = r#"<styleSheet><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy\ hh:mm"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="46"/></cellXfs></styleSheet>"#;

/// A workbook of sheets: name, attributes in the workbook, rows.
fn book(attributes: &str, sheets: &[(&str, &str, &str)], texts: &str) -> File {
    let (mut list, mut rels) = (String::new(), String::new());
    let mut parts = Vec::new();
    for (at, (name, state, rows)) in sheets.iter().enumerate() {
        list.push_str(&format!(r#"<sheet name="{name}" sheetId="{at}" {state} r:id="r{at}"/>"#));
        rels.push_str(&format!(
            r#"<Relationship Id="r{at}" Type="http://x/relationships/worksheet" Target="worksheets/sheet{at}.xml"/>"#
        ));
        let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
        parts.push((format!("xl/worksheets/sheet{at}.xml"), sheet));
    }
    parts.push(("[Content_Types].xml".into(), TYPES.into()));
    parts.push(("_rels/.rels".into(), RELS.into()));
    parts.push(("xl/styles.xml".into(), STYLES.into()));
    parts.push(("xl/sharedStrings.xml".into(), texts.into()));
    parts.push(("xl/_rels/workbook.xml.rels".into(), format!("<Relationships>{rels}</Relationships>")));
    let book = format!("<workbook><workbookPr {attributes}/><sheets>{list}</sheets></workbook>");
    parts.push(("xl/workbook.xml".into(), book));
    zipped(&parts)
}

fn zipped(parts: &[(String, String)]) -> File {
    let mut writer = ZipWriter::new(tempfile::tempfile().unwrap());
    for (name, text) in parts {
        let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        writer.start_file(name.as_str(), options).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap()
}

const TEXTS: &str = "<sst uniqueCount=\"3\"><si><t>time</t></si><si><t>note</t></si><si><r><t xml:space=\"preserve\">two </t></r><r><t xml:space=\"preserve\">, \"parts\"\nhere</t></r></si></sst>";

fn text(file: &File, name: Option<&str>) -> io::Result<String> {
    let workbook = survey(file, name, false)?;
    let mut text = String::new();
    SheetText::open(file.try_clone()?, &workbook)?.read_to_string(&mut text)?;
    Ok(text)
}

#[test]
fn a_sheet_is_delimited_text_row_by_row() {
    let rows = r#"
        <row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c><c r="D2" t="inlineStr"><is><t>rate</t></is></c></row>
        <row r="4"><c r="A4" s="1"><v>46350.38384259259</v></c><c r="B4" t="s"><v>2</v></c><c r="D4"><v>4</v></c></row>
        <row r="5"><c r="A5" t="str"><f>A4</f><v>24/11/2026 09:12</v></c><c r="B5" t="b"><v>1</v></c><c r="C5" s="2"><v>1.5</v></c><c r="D5"><v>0.25</v></c></row>
        <row r="6"><c r="B6" t="e"><v>#DIV/0!</v></c><c r="D6"><v>1149900000000000000</v></c><c r="E6" s="1"/></row>"#;
    let file = book("", &[("Data", "", rows)], TEXTS);
    assert_eq!(
        text(&file, None).unwrap(),
        "\ntime,note,,rate\n\n2026-11-24 09:12:44,\"two , \"\"parts\"\"\nhere\",,4\n\
         24/11/2026 09:12,TRUE,36:00:00,0.25\n,#DIV/0!,,1149900000000000000\n"
    );
    assert_eq!(survey(&file, None, false).unwrap().long_numbers, 1);
}

#[test]
fn the_first_visible_sheet_with_a_cell_is_read() {
    let cell = |text: &str| format!(r#"<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>"#);
    let (a, b, c) = (cell("a"), cell("b"), cell("c"));
    let sheets = [
        ("Hidden", r#"state="veryHidden""#, a.as_str()),
        ("Empty", "", ""),
        ("Two", "", b.as_str()),
        ("Three", "", c.as_str()),
    ];
    let file = book("", &sheets, "<sst/>");
    assert_eq!(text(&file, None).unwrap(), "b\n");
    let found = survey(&file, None, false).unwrap();
    assert_eq!((found.sheet.as_str(), &found.left[..]), ("Two", &["Three".to_owned()][..]));
    assert_eq!(text(&file, Some("Hidden")).unwrap(), "a\n");
    let error = text(&file, Some("Four")).unwrap_err().to_string();
    assert_eq!(error, "expected a sheet `Four`, found `Empty`, `Two`, `Three`");
    let none = book("", &[("Empty", "", "")], "<sst/>");
    assert!(text(&none, None).unwrap_err().to_string().contains("no visible sheet with a cell"));
}

#[test]
fn dates_follow_the_system_of_the_workbook() {
    let rows = r#"<row r="1"><c r="A1" s="1"><v>44888.5</v></c></row>"#;
    assert_eq!(text(&book(r#"date1904="1""#, &[("S", "", rows)], "<sst/>"), None).unwrap(), "2026-11-24 12:00:00\n");
    assert_eq!(text(&book("", &[("S", "", rows)], "<sst/>"), None).unwrap(), "2022-11-23 12:00:00\n");
}

#[test]
fn numbers_beside_decimal_commas_read_only_once() {
    let rows = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>0,5</t></is></c><c r="B1"><v>1.234</v></c></row>
        <row r="2"><c r="A2"><v>1.234</v></c></row>"#;
    assert_eq!(text(&book("", &[("S", "", rows)], "<sst/>"), None).unwrap(), "\"0,5\",1.234\n1.2340,\n");
}

#[test]
fn an_error_of_a_newer_program_costs_its_cell() {
    let rows = r#"<row r="1"><c r="A1" t="e"><v>#SPILL!</v></c><c r="B1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>"#;
    let file = book("", &[("S", "", rows)], "<sst/>");
    assert_eq!(text(&file, None).unwrap(), ",1\n2,\n");
    assert_eq!(survey(&file, None, false).unwrap().unreadable, 1);
}

#[test]
fn a_broken_workbook_is_an_error() {
    let cell = r#"<row r="1"><c r="A1" t="s"><v>0</v></c></row>"#;
    let fails = |file: File| text(&file, None).unwrap_err().to_string();
    for (rows, texts, why) in [
        (cell, "<sst uniqueCount=\"99999999999999\"><si><t>a</t></si></sst>", "more texts than it does"),
        (cell, "<sst><si><t>a", "damaged"),
        (r#"<row r="1"><c r="ZZZZZ1"><v>1</v></c></row>"#, "<sst/>", "outside of any sheet"),
        (r#"<row r="1"><c r="ZZZZZZZZZZZZZZZ1"><v>1</v></c></row>"#, "<sst/>", "damaged"),
        (r#"<row r="3"><c r="A3"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>"#, "<sst/>", "out of order"),
        (r#"<row r="1"><c r="A1"><v>1</v>"#, "<sst/>", "damaged"),
    ] {
        let said = fails(book("", &[("S", "", rows)], texts));
        assert!(said.contains(why), "{rows}: {said}");
    }
    let nothing =
        [("[Content_Types].xml".to_owned(), TYPES.to_owned()), ("xl/workbook.xml".into(), "<workbook".into())];
    assert!(fails(zipped(&nothing)).contains("damaged"));
}

#[test]
fn a_workbook_that_expands_out_of_proportion_is_refused() {
    let zeros = format!("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>{}", "<c/>".repeat(20 << 20));
    let file = book("", &[("S", "", &zeros)], "<sst/>");
    let error = text(&file, None).unwrap_err().to_string();
    assert!(error.contains("expands more than 150 times"), "{error}");
}

#[test]
fn rows_before_the_damage_are_read() {
    // The survey sees the damage first, so that such a file is reported as a whole.
    let rows = r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2"#;
    let file = book("", &[("S", "", rows)], "<sst/>");
    let workbook = Workbook { sheet: "S".into(), width: 1, ..Workbook::default() };
    let mut sheet = SheetText::open(file, &workbook).unwrap();
    let mut read = Vec::new();
    assert!(sheet.read_to_end(&mut read).is_err());
    assert!(read.starts_with(b"1\n"), "{read:?}");
}
