// Which pictures of a scan are read for watermarks, and what a mark adds to their matches.

internal import Matching
internal import Persistence
internal import SelvageTypes
internal import Watermarking

/// Reads the licensor's marks from pictures, as a plan asks.
///
/// A mark counts only beside a match of the asset that its payload was issued to: whoever has a
/// marked picture can lift the mark off and put it onto another one.
///
/// - Source: `watermark.md` §3, points 8 (which pictures) and 10 (binding).
struct MarkReading: Sendable {
    private let policy: Plan.Watermark
    private let detector: WatermarkDetector
    /// The assets by the marks that were issued to them.
    private let issued: [AssetSeal.Mark: String]
    /// The assets of which it is known how marks lie on their files.
    private let marked: [String: Asset]

    /// Smaller pictures are only read when a stage proposed an asset.
    static let leastSide = 256
    /// What 19 of 20 pictures without a mark stay below: `WatermarkDetector.earlyScore` is in units
    /// of its own measured 95th percentile.
    static let earlyThreshold = 1.0
    /// Of 65,536 digests, how many are read whatever the early test says: 1 %.
    static let drawn = 655

    /// A reading with a licensor's keys, former ones too; nil when there is none.
    ///
    /// - Throws: `StoreError` when the keys do not open.
    init?(_ policy: Plan.Watermark, _ catalogue: Catalogue, keys folder: KeyFolder)
        throws(StoreError)
    {
        guard let ring = try folder.ring(.watermark, of: catalogue.licensor) else { return nil }
        let usable = ring.keys.filter { $0.secret.count == 32 }
        guard !usable.isEmpty else { return nil }
        self.init(
            policy, catalogue, keys: usable.map { WatermarkKey(id: $0.name, secret: $0.secret) })
    }

    /// A reading with some keys.
    init(_ policy: Plan.Watermark, _ catalogue: Catalogue, keys: [WatermarkKey]) {
        self.policy = policy
        detector = WatermarkDetector(keys: keys)
        issued = Dictionary(
            catalogue.entries.compactMap { entry in
                entry.asset.seal?.mark.map { ($0, entry.asset.id) }
            }, uniquingKeysWith: { first, _ in first })
        marked = Dictionary(
            catalogue.entries.filter { $0.asset.seal?.markTiles != nil }.map {
                ($0.asset.id, $0.asset)
            }, uniquingKeysWith: { first, _ in first })
        names = keys.map(\.id)
    }

    /// The names of the keys: what is read depends on them.
    let names: [String]

    /// The matches of a picture, with what its marks add to them.
    ///
    /// - Parameter proposed: What each stage proposed for the picture.
    func matches(
        of picture: Picture, digest: Digest, _ matches: [Match], proposed: [Match]
    ) -> [Match] {
        guard !proposed.isEmpty || isWorthwhile(picture, digest) else { return matches }
        let hosts = HostTiles.of(matches + proposed, in: picture) {
            marked[$0.asset]?.markTiles(for: $0)
        }
        return joined(detector.detect(picture, hosts: hosts), to: matches)
    }

    /// Whether a picture that no stage proposed is read anyway.
    private func isWorthwhile(_ picture: Picture, _ digest: Digest) -> Bool {
        guard policy == .all, min(picture.width, picture.height) >= Self.leastSide else {
            return false
        }
        return Self.isDrawn(digest) || detector.earlyScore(picture) >= Self.earlyThreshold
    }

    /// Whether a picture is among the 1 % that are read whatever they look like.
    static func isDrawn(_ digest: Digest) -> Bool {
        // The content decides, so that the same scan over the same captures reads the same ones.
        (Int(digest.hex.prefix(4), radix: 16) ?? .max) < drawn
    }

    /// Adds hits to the matches that they confirm; the others are for review.
    ///
    /// A payload that was issued to no asset of this catalogue says nothing about one.
    func joined(_ hits: [WatermarkHit], to matches: [Match]) -> [Match] {
        var all = matches
        for hit in hits {
            let mark = Self.mark(hit)
            let issue = AssetSeal.Mark(payload: mark.payload, key: mark.key)
            guard let asset = issued[issue] else { continue }
            if let place = all.firstIndex(where: { $0.asset == asset }) {
                all[place].mark = mark
            } else {
                all.append(Match(asset: asset, unconfirmed: mark))
            }
        }
        return all
    }

    private static func mark(_ hit: WatermarkHit) -> FoundMark {
        FoundMark(
            key: hit.key, payload: hit.payload.description, statistic: hit.statistic,
            threshold: hit.threshold, falseHitBound: hit.falseHitBound, attempts: hit.attempts,
            tileSide: hit.tileSide, turn: hit.turn, isMirrored: hit.mirrored,
            isInverted: hit.inverted)
    }
}
