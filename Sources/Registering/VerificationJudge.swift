// What metadata, watermark and recognition say together, and where they contradict each other.

internal import Matching
internal import Provenance
internal import SelvageTypes

/// Judges what the ways of establishing an asset say together.
///
/// A mark counts only when the picture agrees with the asset that it was issued to: whoever has a
/// marked picture can lift the mark off and put it onto another one.
///
/// - Source: `watermark.md` §3, point 10.
struct VerificationJudge {
    let catalogue: Catalogue

    func judge(_ found: inout Verification) {
        for place in found.marks.indices {
            let mark = found.marks[place]
            found.marks[place].counts =
                mark.asset.map { mark.agreement != nil || supports($0, found) } ?? false
        }
        found.conclusions = conclusions(found)
        found.disagreements =
            marksThatDoNotFit(found) + credentialsThatDoNotFit(found)
            + rightsThatDoNotFit(found)
    }

    /// Whether anything but the mark says that the picture is this asset.
    private func supports(_ asset: String, _ found: Verification) -> Bool {
        found.sealedFile == asset || found.recognised.contains { $0.match.asset == asset }
    }

    private func conclusions(_ found: Verification) -> [Verification.Conclusion] {
        var grounds: [String: Set<Verification.Ground>] = [:]
        if let asset = found.sealedFile { grounds[asset, default: []].insert(.file) }
        if let asset = found.credentials.asset, found.credentials.state != .invalid {
            grounds[asset, default: []].insert(.credentials)
        }
        for mark in found.marks where mark.counts {
            guard let asset = mark.asset else { continue }
            grounds[asset, default: []].insert(.watermark)
            if mark.agreement != nil { grounds[asset, default: []].insert(.comparison) }
        }
        for one in found.recognised {
            // The same geometry alone is for review; beside a mark it is what the mark needs.
            let asset = one.match.asset
            guard one.match.grade == .match || grounds[asset] != nil else { continue }
            grounds[asset, default: []].insert(
                one.match.method == .perceptualHash ? .hash : .repeat)
        }
        return grounds.compactMap { asset, grounds in conclusion(asset, grounds) }
            .sorted { Self.order($0) < Self.order($1) }
    }

    private func conclusion(
        _ id: String, _ grounds: Set<Verification.Ground>
    ) -> Verification.Conclusion? {
        guard let asset = catalogue.asset(id) else { return nil }
        return Verification.Conclusion(
            asset: id, title: asset.title, licensor: asset.licensor, licence: asset.seal?.licence,
            rights: asset.rights,
            grounds: Verification.Ground.allCases.filter(grounds.contains))
    }

    /// The surest ground first, then the more grounds, then by name.
    private static func order(_ one: Verification.Conclusion) -> (Int, Int, String) {
        let first = Verification.Ground.allCases.firstIndex { one.grounds.contains($0) } ?? 0
        return (first, -one.grounds.count, one.asset)
    }
}

extension VerificationJudge {
    private func marksThatDoNotFit(_ found: Verification) -> [Verification.Disagreement] {
        found.marks.filter { !$0.counts }.map { mark in
            guard mark.number != nil else {
                return Verification.Disagreement(
                    kind: .forgedPayload,
                    sentence: "The mark's payload \(mark.payload) was issued by nobody: somebody "
                        + "who has the key \(mark.key) made it, or it was read where none is.")
            }
            guard let asset = mark.asset else {
                return Verification.Disagreement(
                    kind: .unknownPayload,
                    sentence:
                        "The mark's payload \(mark.payload) was issued, to an asset that this "
                        + "catalogue does not have. Ask a newer catalogue.")
            }
            let others = found.recognised.map(\.match).filter { $0.grade == .match }
            if let other = others.first {
                return Verification.Disagreement(
                    kind: .copiedMark,
                    sentence: "The mark is that of \(asset), the picture shows \(other.asset): the "
                        + "mark was copied onto it, and does not count.")
            }
            return Verification.Disagreement(
                kind: .unconfirmedMark,
                sentence:
                    "The mark is that of \(asset), but neither hash nor repeat agrees: a mark "
                    + "can be copied, so it does not count alone. Look at the picture, or at more "
                    + "of it.")
        }
    }

    private func credentialsThatDoNotFit(_ found: Verification) -> [Verification.Disagreement] {
        let credentials = found.credentials
        let shown = found.conclusions.filter { $0.grounds != [.credentials] }
        guard let state = credentials.state else {
            return shown.filter { catalogue.asset($0.asset)?.seal != nil }.map {
                Verification.Disagreement(
                    kind: .strippedCredentials,
                    sentence: "\($0.asset) was given out with credentials; this copy has none, so "
                        + "they were taken out on the way.")
            }
        }
        guard state != .invalid else {
            return [
                Verification.Disagreement(
                    kind: .brokenCredentials, sentence: credentials.summary)
            ]
        }
        if let asset = credentials.asset {
            let other = shown.first { $0.asset != asset && !$0.grounds.isEmpty }
            guard let other, !shown.contains(where: { $0.asset == asset }) else { return [] }
            return [
                Verification.Disagreement(
                    kind: .misplacedCredentials,
                    sentence: "The credentials are those of \(asset), the picture shows "
                        + "\(other.asset).")
            ]
        }
        return shown.filter { $0.asset != credentials.builtOn }.map {
            Verification.Disagreement(
                kind: .foreignCredentials,
                sentence: "The picture shows \($0.asset), but its credentials are signed by "
                    + "\(credentials.signer ?? "nobody known") and do not name it.")
        }
    }

    private func rightsThatDoNotFit(_ found: Verification) -> [Verification.Disagreement] {
        let named = found.rights?.linkedExpressions.map(\.address) ?? []
        guard !named.isEmpty else { return [] }
        return found.conclusions.compactMap { conclusion in
            guard let licence = conclusion.licence, !named.contains(licence) else { return nil }
            return Verification.Disagreement(
                kind: .otherLicence,
                sentence: "The file names the licence \(named[0]); \(conclusion.asset) was "
                    + "registered with \(licence).")
        }
    }
}
