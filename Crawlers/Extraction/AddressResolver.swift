// Addresses as documents write them, made absolute against the document's base.

internal import SelvageTypes

/// Makes a document's addresses absolute.
struct AddressResolver {
    /// What relative addresses are relative to.
    let base: WebAddress

    /// Longer addresses are left out.
    static let limitInBytes = 8192

    /// The absolute address; nil for `data:`, `javascript:`, a mere fragment and whatever else is
    /// not fetched.
    func resolve(_ written: String) -> WebAddress? {
        let utf8 = written.utf8
        guard let first = utf8.first(where: { $0 > 0x20 }), first != Byte.hash,
            utf8.count <= Self.limitInBytes
        else { return nil }
        return WebAddress(written, relativeTo: base)
    }
}

/// Whether an address names an image file by its ending.
func hasImageExtension(_ address: String) -> Bool {
    let path = address.utf8.prefix { $0 != Byte.question && $0 != Byte.hash }
    guard let dot = path.suffix(6).lastIndex(of: UInt8(ascii: ".")) else { return false }
    let ending = path[path.index(after: dot)...].map(\.lowercasedASCII)
    return imageExtensions.contains(ending)
}

private let imageExtensions: Set<[UInt8]> = Set(
    ["jpg", "jpeg", "png", "webp", "gif", "avif", "svg", "tif", "tiff", "bmp", "jfif", "jxl"]
        .map { Array($0.utf8) })
