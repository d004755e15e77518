// A reference from one part of a manifest store to another, with the hash of what it points to.

/// A reference to a box of a manifest store with the hash of its content.
///
/// - Source: C2PA 2.2, 8.4.
public struct HashedURI: Hashable, Sendable, Codable {
    /// `self#jumbf=` and a path of labels, absolute with a leading slash, else from the manifest.
    public let url: String
    /// The hash's name; nil means that of the claim.
    public let algorithm: String?
    /// The hash of the box without its head.
    public let hash: [UInt8]

    /// A reference with its hash.
    public init(url: String, algorithm: String? = nil, hash: [UInt8]) {
        (self.url, self.algorithm, self.hash) = (url, algorithm, hash)
    }

    /// Reads the map form; nil when it is anything else.
    init?(_ value: CBORValue) {
        guard let url = value["url"]?.text, let hash = value["hash"]?.bytes else { return nil }
        self.init(url: url, algorithm: value["alg"]?.text, hash: hash)
    }

    var cbor: CBORValue {
        CBORValue(members: [
            ("alg", algorithm.map { .text($0) }), ("hash", .bytes(hash)), ("url", .text(url)),
        ])
    }
}

/// The path of labels that a reference names.
struct JUMBFPath: Hashable, Sendable {
    /// The manifest's label; nil for a path from the manifest that holds the reference.
    let manifest: String?
    /// The labels below the manifest.
    let labels: [String]

    static let prefix = "self#jumbf="

    /// Reads a reference; nil when it points out of the store.
    init?(_ url: String) {
        guard url.hasPrefix(Self.prefix), url.utf8.count < 1000 else { return nil }
        let path = url.dropFirst(Self.prefix.count)
        let parts = path.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        if path.hasPrefix("/") {
            guard parts.count >= 2, parts[0] == "c2pa" else { return nil }
            (manifest, labels) = (parts[1], Array(parts[2...]))
        } else {
            guard !parts.isEmpty else { return nil }
            (manifest, labels) = (nil, parts)
        }
    }

    /// The absolute reference to labels below a manifest.
    static func url(manifest: String, _ labels: String...) -> String {
        prefix + (["/c2pa", manifest] + labels).joined(separator: "/")
    }

    /// The label of the assertion that is referred to; nil for anything but an assertion.
    var assertion: String? {
        labels.count == 2 && labels[0] == "c2pa.assertions" ? labels[1] : nil
    }
}
