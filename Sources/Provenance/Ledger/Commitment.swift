// A salted commitment: it binds us to a value in public without saying it, until the salt is gone.

public import SelvageTypes

/// 32 random bytes that a commitment needs to be opened.
///
/// They are kept apart from the ledger. Erasing them erases what the commitment says: nobody can
/// tell any more which value it was to, not even by trying likely ones.
public struct CommitmentSalt: Hashable, Sendable {
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// A new random salt.
    public init() {
        // The system's generator is a cryptographic one.
        var generator = SystemRandomNumberGenerator()
        bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// A salt that was kept.
    ///
    /// - Returns: nil when there are not exactly 32 bytes.
    public init?(kept bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        self.bytes = Array(bytes)
    }
}

extension CommitmentSalt: CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// Nothing of the salt.
    public var description: String { "a salt (not shown)" }
    /// Nothing of the salt.
    public var debugDescription: String { description }
    /// Nothing of the salt.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// A commitment to a value: SHA-256 over a salt of 32 bytes and the value.
///
/// In JSON it is 64 hexadecimal digits.
public struct Commitment: Hashable, Sendable {
    /// The hash.
    public let digest: Digest

    /// Commits to a value.
    public init(to value: [UInt8], salt: CommitmentSalt) {
        digest = Digest(of: salt.bytes + value)
    }

    /// Commits to the UTF-8 bytes of a text.
    public init(to text: String, salt: CommitmentSalt) {
        self.init(to: Array(text.utf8), salt: salt)
    }

    /// A commitment that was published.
    public init(published digest: Digest) {
        self.digest = digest
    }

    /// Checks that this is the commitment to a value.
    ///
    /// - Throws: `LedgerError`, `.notCommitted` when it is to another value, or of another salt.
    public func open(_ value: [UInt8], salt: CommitmentSalt) throws(LedgerError) {
        guard Commitment(to: value, salt: salt) == self else {
            throw LedgerError(
                .notCommitted,
                "The ledger's entry does not commit to this: it is another value, or the salt is "
                    + "another entry's.")
        }
    }
}
