// Creator, copyright and credit as older places of a file state them: IPTC IIM and EXIF.

/// The datasets of an IPTC IIM block.
///
/// - Source: IPTC-NAA Information Interchange Model 4.2, sections 1.5 and 2.
struct IPTCDatasets {
    /// The statements among the datasets.
    let statements: [(field: RightsField, value: XMPValue)]

    init(_ bytes: [UInt8]) {
        let source = FileBytes(bytes)
        var values: [Int: [ArraySlice<UInt8>]] = [:]
        var offset = 0
        var isUTF8 = false
        // A dataset that breaks the rules ends the reading; what stood before it is sound.
        while let mark = try? source.number(1, at: offset, .bigEndian), mark == 0x1C,
            let number = try? source.number(2, at: offset + 1, .bigEndian),
            let count = try? source.number(2, at: offset + 3, .bigEndian), count < 0x8000,
            let range = try? source.part(from: offset + 5, count: count)
        {
            // 1:90 names the character set; ESC % G is UTF-8.
            if number == 1 << 8 | 90 { isUTF8 = bytes[range].elementsEqual([0x1B, 0x25, 0x47]) }
            values[number, default: []].append(bytes[range])
            offset = range.upperBound
        }
        let texts = { (dataset: Int) in
            (values[2 << 8 | dataset] ?? []).map { Self.text($0, isUTF8: isUTF8) }
                .filter { !$0.isEmpty }
        }
        let single = { (field: RightsField, dataset: Int) in
            texts(dataset).first.map { (field: field, value: XMPValue.text($0, language: nil)) }
        }
        let creators = texts(80).map { XMPValue.text($0, language: nil) }
        statements =
            (creators.isEmpty ? [] : [(.creators, .array(creators))])
            + [single(.copyrightNotice, 116), single(.creditLine, 110)].compactMap { $0 }
    }

    /// The text; without a stated character set UTF-8 when it is, else Latin-1, as is usual.
    private static func text(_ bytes: ArraySlice<UInt8>, isUTF8: Bool) -> String {
        if isUTF8 { return String(decoding: bytes, as: UTF8.self) }
        return LegacyText.decoded(bytes)
    }
}

/// Creator and copyright in an EXIF block or a TIFF.
///
/// - Source: Exif 2.32, section 4.6.4; TIFF 6.0, tags Artist and Copyright.
enum EXIFRights {
    /// More bytes than this are no name and no notice.
    private static let limitInBytes = 1 << 16

    /// The statements of a block.
    static func statements(
        of block: [UInt8]
    ) throws(ImageFileError) -> [(field: RightsField, value: XMPValue)] {
        let tiff = try TIFFFile(FileBytes(block))
        var statements: [(field: RightsField, value: XMPValue)] = []
        if let bytes = try tiff.value(TIFFFile.Tag.artist, limitInBytes: limitInBytes) {
            // Several artists stand in one text, set apart by semicolons.
            let names = text(bytes).split(separator: ";").map { trimmed(String($0)) }
                .filter { !$0.isEmpty }
            if !names.isEmpty {
                statements.append((.creators, .array(names.map { .text($0, language: nil) })))
            }
        }
        if let bytes = try tiff.value(TIFFFile.Tag.copyright, limitInBytes: limitInBytes) {
            let notice = trimmed(text(bytes))
            if !notice.isEmpty {
                statements.append((.copyrightNotice, .text(notice, language: nil)))
            }
        }
        return statements
    }

    /// The first of the texts; behind a zero stands the editor's notice, or nothing.
    private static func text(_ bytes: [UInt8]) -> String {
        LegacyText.decoded(bytes.prefix { $0 != 0 })
    }

    private static func trimmed(_ text: String) -> String {
        let rest = text.drop { $0 == " " }
        return String(rest.reversed().drop { $0 == " " }.reversed())
    }
}

/// Text of which nobody says how it is encoded.
enum LegacyText {
    /// UTF-8 when the bytes are, else Latin-1.
    static func decoded(_ bytes: ArraySlice<UInt8>) -> String {
        String(validating: bytes, as: UTF8.self)
            ?? String(String.UnicodeScalarView(bytes.map { UnicodeScalar($0) }))
    }
}
