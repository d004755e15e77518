// What changed from one generation of a catalogue to another.

internal import SelvageTypes

/// What changed from one generation of a catalogue to another.
public struct CatalogueChanges: Hashable, Sendable, Codable {
    /// Ids of assets that only the newer one has.
    public let added: [String]
    /// Ids of assets that only the older one has.
    public let removed: [String]
    /// Assets that both have, with the names of what differs, as `title` or `features`.
    public let changed: [String: [String]]
    /// What differs about the whole: `licensor`, `algorithms`, `seal`.
    public let whole: [String]

    /// Whether nothing differs but the generation and its date.
    public var isEmpty: Bool {
        added.isEmpty && removed.isEmpty && changed.isEmpty && whole.isEmpty
    }

    /// The changes from an older catalogue to a newer one.
    public init(from older: Catalogue, to newer: Catalogue) {
        let old = Dictionary(
            older.entries.map { ($0.asset.id, $0) }, uniquingKeysWith: { first, _ in first })
        let new = Dictionary(
            newer.entries.map { ($0.asset.id, $0) }, uniquingKeysWith: { first, _ in first })
        added = new.keys.filter { old[$0] == nil }.sorted()
        removed = old.keys.filter { new[$0] == nil }.sorted()
        var changed: [String: [String]] = [:]
        for (id, entry) in new {
            guard let before = old[id], before != entry else { continue }
            changed[id] = Self.differences(before, entry)
        }
        self.changed = changed
        whole = [
            ("licensor", older.licensor == newer.licensor),
            ("algorithms", older.algorithms == newer.algorithms),
            ("seal", older.seal?.publicKey == newer.seal?.publicKey),
        ].filter { !$0.1 }.map(\.0)
    }

    private static func differences(
        _ old: Catalogue.Entry, _ new: Catalogue.Entry
    ) -> [String] {
        let (a, b) = (old.asset, new.asset)
        let (s, t) = (old.signatures, new.signatures)
        return [
            ("title", a.title == b.title), ("components", a.components == b.components),
            ("rights", a.rights == b.rights),
            ("image", a.image == b.image && a.imageDigest == b.imageDigest),
            ("seal", a.seal == b.seal),
            ("hash", s.pdq == t.pdq),
            ("features", s.repeat?.features == t.repeat?.features),
            ("background", s.repeat?.background == t.repeat?.background),
            ("palette", s.palette == t.palette), ("parts", s.parts == t.parts),
        ].filter { !$0.1 }.map(\.0)
    }
}
