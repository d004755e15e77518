// The port to what a scan found: sightings in, findings with their reports out.

/// A message that is owed to a receiver until it has confirmed it.
public struct OutboxMessage: Hashable, Sendable, Codable {
    /// The event's id; the receiver applies an id once.
    public var id: String
    /// The licensor.
    public var licensor: String
    /// The receiver's address.
    public var receiver: String
    /// The CloudEvent, JSON text.
    public var body: String
    /// Not to be sent before.
    public var notBefore: Instant
    /// Tries so far.
    public var tries: Int

    /// A message.
    public init(
        id: String, licensor: String, receiver: String, body: String, notBefore: Instant,
        tries: Int = 0
    ) {
        self.id = id
        self.licensor = licensor
        self.receiver = receiver
        self.body = body
        self.notBefore = notBefore
        self.tries = tries
    }
}

/// The port to messages that are owed.
public protocol OutboxStore: Sendable {
    /// Messages that may be sent now, oldest first; to one receiver, or with nil to all.
    func dueMessages(at now: Instant, limit: Int, to receiver: String?) async throws
        -> [OutboxMessage]
    /// When the next message to a receiver, or with nil to any, may be sent; nil for none owed.
    func nextDue(to receiver: String?) async throws -> Instant?
    /// Removes a message that the receiver has confirmed, and keeps that it was; counts the try.
    func delivered(_ message: OutboxMessage, at now: Instant) async throws
    /// Keeps a message for a later try, with what went wrong; counts the try.
    func postpone(_ message: OutboxMessage, until moment: Instant, because detail: String)
        async throws
    /// Sets a message aside that the receiver will never take; people have to look at it.
    func refuse(_ message: OutboxMessage, at now: Instant, because detail: String) async throws
}

/// A stored capture, as evidence is made from it.
public struct StoredCapture: Sendable {
    /// The hops.
    public var hops: [Hop]
    /// The body.
    public var body: [UInt8]
    /// When it began.
    public var began: Instant
    /// When it ended.
    public var ended: Instant
    /// SHA-256 of the body.
    public var digest: Digest

    /// A stored capture.
    public init(
        hops: [Hop], body: [UInt8], began: Instant, ended: Instant, digest: Digest
    ) {
        self.hops = hops
        self.body = body
        self.began = began
        self.ended = ended
        self.digest = digest
    }
}

/// The port to sightings and findings.
public protocol FindingStore: Sendable {
    /// The scan's sightings, by id. Facts are those of the reference; the plan's are not yet added.
    func sightings(_ scan: ScanRecord) async throws -> [Sighting]
    /// The capture in a scan that asked an address, or ended there, and brought a body with a
    /// digest; nil when none with its body was kept.
    func capture(_ scan: ScanRecord, of address: WebAddress, body: Digest) async throws
        -> StoredCapture?
    /// The newest revision of a finding.
    func finding(id: String, licensor: String) async throws -> Finding?
    /// Stores a finding and, in the same transaction, the messages that report it.
    func store(_ finding: Finding, messages: [OutboxMessage], at now: Instant) async throws
    /// The newest revisions of a licensor's findings, newest first. Authorised ones only on demand.
    func findings(licensor: String?, includingAuthorised: Bool) async throws -> [Finding]
    /// Frees page and image bodies that no finding needs any more.
    func dropBodies(_ scan: ScanRecord) async throws
}
