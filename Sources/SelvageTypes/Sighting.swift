// A match at a place and a time: one picture that shows an asset, on one page or in one event.

/// A match at a place and a time.
public struct Sighting: Hashable, Sendable, Codable {
    /// UUIDv5 of scan-independent parts: page, image address, image digest, asset.
    public var id: String
    /// What was recognised.
    public var match: Match
    /// The page or document that names the image.
    public var page: WebAddress
    /// The image's address as the page names it.
    public var image: WebAddress
    /// SHA-256 of the image bytes.
    public var imageDigest: Digest
    /// SHA-256 of the page's body.
    public var pageDigest: Digest
    /// When the image's bytes were received.
    public var seen: Instant
    /// How the page named the image.
    public var form: ImageReference.Form
    /// What page, feed, address and plan say about this use.
    public var facts: [Fact]
    /// What page and image state about uses of them; nil when they state nothing.
    public var terms: [UseTerm]?
    /// Other sizes of the image that the page names; nil for none.
    public var sizes: [WebAddress]?

    /// A sighting; its id follows from its parts.
    public init(
        match: Match, page: WebAddress, image: WebAddress, imageDigest: Digest,
        pageDigest: Digest, seen: Instant, form: ImageReference.Form, facts: [Fact]
    ) {
        id =
            NameBasedID(parts: [
                "sighting", page.description, image.description, imageDigest.hex, match.asset,
                facts.best(.eventIdentifier) ?? "",
            ]).text
        self.match = match
        self.page = page
        self.image = image
        self.imageDigest = imageDigest
        self.pageDigest = pageDigest
        self.seen = seen
        self.form = form
        self.facts = facts
    }
}
