// From any copy of a picture to its asset and licence, by metadata, watermark and recognition.

internal import Foundation
public import Matching
public import Provenance
public import SelvageTypes
internal import Watermarking

/// Verifies pictures against a catalogue, offline.
///
/// Credentials, mark and recognition are each asked by themselves, whatever the others say; only
/// then is it judged what they say together. What is recognised also tells where to look for its mark,
/// which proves as much: the mark's bound counts every place where one could have looked.
public struct Verifier: Sendable {
    let catalogue: Catalogue
    let keys: [MarkingKey]
    private let matcher: Matcher
    private let detector: WatermarkDetector
    private let reader: ManifestReader

    /// A verifier.
    ///
    /// - Parameters:
    ///   - keys: The licensor's watermark keys, former ones too; empty when they are elsewhere.
    ///   - anchors: Whom the caller trusts to sign manifests.
    /// - Throws: `CatalogueError` when features that the catalogue names are missing or damaged.
    public init(
        _ catalogue: Catalogue, keys: [MarkingKey], anchors: TrustAnchors = .none, at now: Instant
    ) throws(CatalogueError) {
        self.catalogue = catalogue
        self.keys = keys
        matcher = try Matcher(catalogue, thorough: true)
        detector = WatermarkDetector(keys: keys.map(\.key))
        reader = ManifestReader(anchors: anchors, at: now)
    }

    /// What is known about a file.
    ///
    /// - Parameter picture: The file, decoded.
    public func verify(_ bytes: [UInt8], showing picture: Picture) -> Verification {
        let container = try? ImageFile(bytes)
        let digest = Digest(of: bytes)
        var found = Verification(
            file: digest,
            sealedFile: catalogue.entries.first { $0.asset.seal?.file == digest }?.asset.id,
            credentials: credentials(of: container))
        let rights = container.map { RightsReading(of: $0) }
        found.rights = rights.flatMap { $0.sources.isEmpty ? nil : $0.record }
        found.keysAsked = keys.count
        let candidates = matcher.recognise(picture, nearest: 0).candidates
        found.marks = keys.isEmpty ? [] : marks(of: picture, near: candidates.map(\.match))
        // Every stage by itself: that hash and repeat agree is more than either.
        found.recognised = candidates.compactMap { one in
            one.grade.map { grade in
                var match = one.match
                match.grade = grade
                return Self.recognised(match)
            }
        }
        VerificationJudge(catalogue: catalogue).judge(&found)
        for contradiction in rights?.contradictions ?? [] {
            found.disagreements.append(
                Verification.Disagreement(
                    kind: .contradictoryRights,
                    sentence: "The file states \(contradiction.field.rawValue) twice, differently.")
            )
        }
        return found
    }

    /// The assets whose marks were read, and about which neither hash nor repeat says anything.
    ///
    /// `confirm` takes their registered pictures.
    public func unconfirmed(in found: Verification) -> [Asset] {
        let marked = found.marks.filter { !$0.counts }.compactMap(\.asset)
        let others = found.recognised.contains { $0.match.grade == .match }
        return others ? [] : marked.compactMap { catalogue.asset($0) }
    }

    /// Lays a picture onto the registered one as the mark says, and judges again.
    ///
    /// Textures without features are confirmed in this way.
    ///
    /// - Parameters:
    ///   - picture: The file, decoded.
    ///   - registered: The picture of the asset in the catalogue's folder.
    public func confirm(
        _ found: inout Verification, showing picture: Picture, as asset: Asset,
        registered: Picture
    ) {
        guard let place = found.marks.firstIndex(where: { $0.asset == asset.id }) else { return }
        let mark = found.marks[place]
        guard
            let home = detector.detect(registered).first(where: {
                $0.key == mark.key && $0.payload.description == mark.payload
            })
        else { return }
        found.marks[place].agreement = MarkConfirmation.correlation(
            of: picture,
            lying: MarkConfirmation.Lie(
                tileSide: mark.tileSide, turn: mark.turn, isMirrored: mark.isMirrored),
            with: registered,
            lying: MarkConfirmation.Lie(
                tileSide: home.tileSide, turn: home.turn, isMirrored: home.mirrored))
        let contradictory = found.disagreements.filter { $0.kind == .contradictoryRights }
        VerificationJudge(catalogue: catalogue).judge(&found)
        found.disagreements += contradictory
    }

    private func marks(of picture: Picture, near matches: [Match]) -> [Verification.Mark] {
        let hosts = HostTiles.of(matches, in: picture) {
            catalogue.asset($0.asset)?.markTiles(for: $0)
        }
        return detector.detect(picture, hosts: hosts).map(mark)
    }

    private func mark(_ hit: WatermarkHit) -> Verification.Mark {
        let issue = keys.first { $0.key.id == hit.key }?.issue
        let payload = hit.payload.description
        let asset = catalogue.entries.first {
            $0.asset.seal?.mark == AssetSeal.Mark(payload: payload, key: hit.key)
        }
        return Verification.Mark(
            key: hit.key, payload: payload, statistic: hit.statistic, threshold: hit.threshold,
            // A bound may be widened; beyond this no decimal number of JSON reaches.
            falseHitBound: max(hit.falseHitBound, 1e-100), attempts: hit.attempts,
            tileSide: hit.tileSide,
            turn: hit.turn, isMirrored: hit.mirrored, isInverted: hit.inverted,
            number: issue?.number(of: hit.payload), asset: asset?.asset.id)
    }

    private static func recognised(_ match: Match) -> Verification.Recognised {
        let chance = match.falseMatchProbability
        let words = [
            match.method.words, match.grade.words, match.closenessWords, match.orientationWords,
            "false at most once in \(chance > 0 ? oneIn(1 / chance) : "very many")",
        ]
        return Verification.Recognised(match: match, words: words.joined(separator: "; "))
    }

    private static func oneIn(_ number: Double) -> String {
        number < 1e6 ? "\(Int(number))" : "10^\(Int(log10(number)))"
    }

    private func credentials(of file: ImageFile?) -> Verification.Credentials {
        guard let file else {
            return Verification.Credentials(
                summary: "Files of this format carry no credentials that are read here.")
        }
        let elsewhere = ManifestReader.remoteManifest(of: file)
        do throws(ManifestError) {
            guard let report = try reader.read(file) else {
                return Verification.Credentials(
                    summary: "The file carries no credentials.", elsewhere: elsewhere)
            }
            return Verification.Credentials(
                state: report.state, summary: report.summary, signer: report.active.signer?.subject,
                label: report.active.label, manifest: report.storeDigest,
                asset: catalogue.entries.first {
                    $0.asset.seal?.manifest == report.storeDigest
                }?.asset.id,
                builtOn: builtOn(report.active), elsewhere: elsewhere)
        } catch {
            return Verification.Credentials(
                state: .invalid, summary: "The credentials cannot be read: \(error.detail)",
                elsewhere: elsewhere)
        }
    }

    /// The asset whose manifest is among the ingredients, at any depth that is read.
    private func builtOn(_ manifest: ReadManifest) -> String? {
        var open = manifest.ingredients
        // Ingredients come from outside: far fewer are honest.
        for _ in 0..<1000 {
            guard let next = open.popLast() else { return nil }
            if let label = next.manifestLabel,
                let entry = catalogue.entries.first(where: {
                    $0.asset.seal?.manifestLabel == label
                })
            {
                return entry.asset.id
            }
            open += next.manifest?.ingredients ?? []
        }
        return nil
    }
}
