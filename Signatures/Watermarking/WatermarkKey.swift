// The secret that a licensor marks and finds with.

internal import Crypto

/// A licensor's watermark key: 32 secret bytes and the name they are kept under.
///
/// Nothing prints the secret: descriptions and mirrors show the name only.
public struct WatermarkKey: Sendable {
    /// What the key is called, for example in the key store.
    public let id: String
    private let secret: [UInt8]

    /// A key of 32 secret bytes.
    ///
    /// - Precondition: `secret` has 32 bytes.
    public init(id: String, secret: [UInt8]) {
        precondition(secret.count == 32, "A watermark key has 32 bytes.")
        self.id = id
        self.secret = secret
    }

    /// Numbers for one purpose under one version of the design.
    func sequence(_ purpose: String, version: UInt8) -> KeyedSequence {
        KeyedSequence(secret: secret, purpose: "selvage watermark \(version) \(purpose)")
    }
}

extension WatermarkKey: CustomStringConvertible, CustomReflectable {
    /// The key's name, never its bytes.
    public var description: String { "WatermarkKey(\(id))" }
    /// A mirror that shows the name only.
    public var customMirror: Mirror { Mirror(self, children: ["id": id]) }
}
