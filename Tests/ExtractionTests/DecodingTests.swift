// Encodings: which one is believed, and what damaged bytes become.

import Testing

@testable import Extraction

@Suite("From bytes to text")
struct DecodingTests {
    private func text(_ bytes: [UInt8], _ contentType: String? = nil) -> String {
        String(decoding: decodedText(bytes, contentType: contentType), as: UTF8.self)
    }

    @Test("A byte order mark beats the header, the header beats the meta")
    func order() {
        let meta = Array("<meta charset=iso-8859-2>".utf8)
        #expect(text([0xEF, 0xBB, 0xBF] + Array("é".utf8), "text/html; charset=latin1") == "é")
        #expect(text(meta + Array("é".utf8), "text/html; charset=\"UTF-8\"").hasSuffix(">é"))
        #expect(text(meta + [0xB1]).hasSuffix(">ą"))
    }

    @Test("A page that declares nothing is UTF-8 when it can be, else windows-1252")
    func guess() {
        #expect(text(Array("é".utf8)) == "é")
        #expect(text([0xE9, 0x80]) == "é€")
    }

    @Test("The charset of an http-equiv meta counts, one in a comment or past 1,024 bytes does not")
    func prescan() {
        let meta = "<meta http-equiv=Content-Type content='text/html; charset=windows-1251'>"
        #expect(text(Array(meta.utf8) + [0xC6]).hasSuffix(">Ж"))
        #expect(text(Array("<!--\(meta)-->".utf8) + [0xC6]).hasSuffix(">Æ"))
        let far = String(repeating: " ", count: 1024) + meta
        #expect(text(Array(far.utf8) + [0xC6]).hasSuffix(">Æ"))
    }

    @Test("UTF-16 with its mark is read in either byte order")
    func utf16() {
        #expect(text([0xFF, 0xFE, 0x41, 0x00, 0x3D, 0xD8, 0x00, 0xDE]) == "A😀")
        #expect(text([0xFE, 0xFF, 0x00, 0x41, 0xD8]) == "A")
    }

    @Test(
        "East Asian encodings are read by their web names",
        arguments: [
            ("shift_jis", [0x93, 0xFA, 0x96, 0x7B] as [UInt8], "日本"),
            ("gbk", [0xD6, 0xD0, 0xB9, 0xFA], "中国"),
            ("big5", [0xA4, 0xA4], "中"),
            ("euc-kr", [0xC7, 0xD1], "한"),
        ])
    func eastAsian(label: String, bytes: [UInt8], expected: String) {
        #expect(text(bytes, "text/html;charset=\(label)") == expected)
    }

    @Test("Damaged bytes become replacement characters and what follows is still read")
    func damaged() {
        #expect(text([0x61, 0xFF, 0x62], "text/html; charset=utf-8") == "a\u{FFFD}b")
        #expect(text([0x61, 0x81, 0xFF, 0x62], "text/html; charset=shift_jis").hasSuffix("b"))
        #expect(text([0x61, 0x81, 0x62], "text/html; charset=no-such-label") == "a\u{81}b")
    }

    @Test("Every line end is a line feed")
    func lineEnds() {
        #expect(Array(text(Array("a\r\nb\rc\n\r\r\nd".utf8)).utf8) == Array("a\nb\nc\n\n\nd".utf8))
    }
}
