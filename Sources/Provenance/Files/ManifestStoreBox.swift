// What tells a C2PA manifest store from other JUMBF: its first bytes.

/// The outermost box of a manifest store.
///
/// A JUMBF superbox (`jumb`) whose first child is a description box (`jumd`) of the type
/// 63327061-0011-0010-8000-00AA00389B71. Like c2pa-rs we look at the first four bytes of the type.
enum ManifestStoreBox {
    /// Length and type of the superbox, then those of the description box, then its type.
    static let leastCount = 20

    /// Whether a manifest store begins at `offset`.
    static func begins(at offset: Int, in source: FileBytes) -> Bool {
        let wide = source.has("\0\0\0\u{1}", at: offset) ? 8 : 0
        return source.has("jumb", at: offset + 4)
            && source.has("jumd", at: offset + wide + 12)
            && source.has("c2pa", at: offset + wide + 16)
    }

    /// Refuses bytes that no reader would take for a manifest store.
    static func check(_ store: [UInt8]) throws(ImageFileError) {
        try checkSize(store.count, at: 0)
        let source = FileBytes(store)
        guard store.count > leastCount, begins(at: 0, in: source),
            try source.number(4, at: 0, .bigEndian) == store.count
        else {
            throw ImageFileError(
                .malformed, at: 0,
                "What is to be embedded is not one JUMBF superbox of a C2PA manifest store.")
        }
    }

    /// Refuses a store that is larger than we read.
    static func checkSize(_ count: Int, at offset: Int) throws(ImageFileError) {
        guard count <= ImageFile.storeLimitInBytes else {
            throw ImageFileError(
                .tooLarge(limitInBytes: ImageFile.storeLimitInBytes), at: offset,
                "The manifest store has \(count) bytes.")
        }
    }
}
