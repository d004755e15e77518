// One external style sheet, for the images it names.

public import SelvageTypes

/// One external style sheet, read for the images it names.
public struct StyleSheet: Sendable {
    /// Images, each address once, in order.
    public let images: [ImageReference]

    /// Reads a style sheet.
    ///
    /// - Parameters:
    ///   - body: The bytes as they came.
    ///   - contentType: The Content-Type field, for its charset.
    ///   - address: The style sheet's own address, which its relative addresses are relative to.
    public init(_ body: [UInt8], contentType: String?, address: WebAddress) {
        let resolver = AddressResolver(base: address)
        var collector = ImageCollector(limit: CSSScanner.limit)
        for written in CSSScanner.images(in: decodedText(body, contentType: contentType)) {
            guard let image = resolver.resolve(written) else { continue }
            collector.add(ImageReference(address: image, form: .styleSheet))
        }
        images = collector.references
    }
}
