// The tags around a TIFF master's samples, and how those are coded.

internal import CCodecs
internal import SelvageTypes

/// The tags around a TIFF master's samples, and how those are coded.
struct TIFFWrapping: MasterWrapping {
    private(set) var remarks: [MasterImage.Remark] = []
    private var form: TIFFForm
    private var coding = selvage_tiff_coding()
    private var carried: [TIFFEntry] = []

    private enum Tag {
        static let compression = 259
        static let photometric = 262
        static let predictor = 317
        static let extraSamples = 338
        static let profile = 34_675
        static let inner = 330
        static let layers = 37_724
        static let manifestStore = 52_545
    }

    /// Compressions that lose nothing and are written here: none, LZW, Deflate, its former number,
    /// PackBits, LZMA, Zstandard.
    private static let lossless: Set = [1, 5, 8, 32_946, 32_773, 34_925, 50_000]
    private static let deflate: UInt32 = 8

    /// Tags about how samples are stored, written anew or no longer true.
    private static let replaced: Set<Int> = Set([
        254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 277, 278, 279, 280, 281, 284,
        288, 289, 290, 291, 292, 293, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 330, 332,
        334, 336, 338, 339, 340, 341, 342, 343, 347, 529, 530, 531, 532,
    ])
    .union(512...521).union([Tag.layers, Tag.manifestStore])

    init(_ bytes: [UInt8]) throws(DecodeError) {
        guard let form = TIFFForm(bytes), let directory = TIFFDirectory(bytes, form) else {
            throw .brokenMaster("a TIFF whose directory does not hold together")
        }
        self.form = form
        coding.bigEndian = form.bigEndian ? 1 : 0
        coding.wide = form.wide ? 1 : 0
        func number(_ tag: Int) -> Int? {
            directory.entries.first { $0.tag == tag }?.number(form)
        }
        func has(_ tag: Int) -> Bool { directory.entries.contains { $0.tag == tag } }
        coding.compression = UInt32(clamping: number(Tag.compression) ?? 1)
        coding.predictor = number(Tag.predictor) == 2 ? 2 : 1
        coding.inverted = number(Tag.photometric) == 0 ? 1 : 0
        coding.extra = UInt32(clamping: number(Tag.extraSamples) ?? 0)
        if number(Tag.photometric) == 3 { remarks.append(.palette) }
        if !Self.lossless.contains(Int(coding.compression)) {
            (coding.compression, coding.predictor) = (Self.deflate, 2)
            remarks.append(.compression)
        }
        if directory.hasNext || has(Tag.inner) { remarks.append(.furtherPictures) }
        if has(Tag.layers) { remarks.append(.layers) }
        if has(Tag.manifestStore) { remarks.append(.manifestStore) }
        var seen: Set<Int> = []
        carried = directory.entries.filter {
            !Self.replaced.contains($0.tag) && seen.insert($0.tag).inserted
        }
    }

    var icc: [UInt8]? { carried.first { $0.tag == Tag.profile }?.value }

    func encoded(_ pixels: MasterPixels) throws(EncodeError) -> [UInt8] {
        var coding = coding
        // LZW may double what it cannot pack.
        let worst = pixels.sizeInBytes * (coding.compression == 1 ? 1 : 2)
        let beside = carried.reduce(0) { $0 + $1.value.count } + 64 * pixels.after.height
        var file = try pixels.written(capacity: worst + beside + 131_072, format: "TIFF") {
            selvage_write_tiff($0, &coding, $1, $2)
        }
        guard let directory = TIFFDirectory(file, form) else {
            throw EncodeError(
                reason: .failed, detail: "The TIFF encoder's directory cannot be read.")
        }
        let place = TIFFDirectory.append(directory.entries + carried, form, to: &file)
        var field: [UInt8] = []
        field.append(place, length: form.word, bigEndian: form.bigEndian)
        file.replaceSubrange(form.headerPlace..<form.headerPlace + form.word, with: field)
        return file
    }
}
