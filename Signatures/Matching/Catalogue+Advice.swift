// What a catalogue's owner should know: assets too flat or too alike, and files that went wrong.

internal import Foundation
internal import Recognition
internal import SelvageTypes

extension Catalogue {
    /// Something about an asset that weakens its recognition.
    public struct Advice: Hashable, Sendable, Codable {
        /// What it is.
        public enum Kind: String, Hashable, Sendable, Codable {
            /// PDQ quality below the gate: the whole-picture hash never matches it.
            case flat
            /// A repeat that other pictures show too, such as a plain stripe: found, but for review.
            case plain
            /// Two assets so near that one picture can match both.
            case alike
        }

        /// What it is.
        public let kind: Kind
        /// The asset.
        public let asset: String
        /// The other asset of an alike pair.
        public let other: String?
        /// PDQ quality, keypoints of the repeat, or the distance of the pair.
        public let value: Int
        /// What it means and what to do.
        public let detail: String
    }

    /// Assets whose quality is too low to match, and pairs that are nearer than twice the threshold.
    ///
    /// - Complexity: O(assets squared), with the exact scan's small constant.
    public var advice: [Advice] {
        let usable = entries.filter(\.signatures.pdq.isUsable)
        return entries.filter { !$0.signatures.pdq.isUsable }.map { entry in
            let quality = entry.signatures.pdq.quality
            return Advice(
                kind: .flat, asset: entry.asset.id, other: nil, value: quality,
                detail: "The picture is too flat to be recognised by its hash (quality \(quality), "
                    + "\(PDQ.lowestQuality) is needed). Use a picture with more of the pattern.")
        } + plain + Self.alikePairs(usable)
    }

    private var plain: [Advice] {
        entries.compactMap { entry in
            guard let record = entry.signatures.repeat, !record.isDistinctive else { return nil }
            return Advice(
                kind: .plain, asset: entry.asset.id, other: nil, value: record.keypoints,
                detail: "A plain pattern: it can be found, but never alerts by itself, as "
                    + (record.isCommon
                        ? "pictures that do not show it look like it."
                        : "there is too little to it.")
                    + " What is found goes to review.")
        }
    }

    private static func alikePairs(_ entries: [Entry]) -> [Advice] {
        let list = HashList(entries.map(\.signatures.pdq.hash))
        var advice: [Advice] = []
        for (index, entry) in entries.enumerated() {
            var nearest: [Int: Int] = [:]
            for hash in entry.signatures.pdq.dihedral {
                for near in list.places(within: Matcher.furthest * 2 - 1, of: hash)
                where near.place > index {
                    nearest[near.place] = min(near.distance, nearest[near.place] ?? 256)
                }
            }
            for (place, distance) in nearest.sorted(by: { $0.key < $1.key }) {
                advice.append(
                    Advice(
                        kind: .alike, asset: entry.asset.id, other: entries[place].asset.id,
                        value: distance,
                        detail: "The two assets differ in \(distance) of 256 bits, so a picture "
                            + "may match both. Have matches of either reviewed."))
            }
        }
        return advice
    }

    /// Something wrong with a file of the catalogue's folder.
    public struct Problem: Hashable, Sendable, Codable {
        /// The file, relative to the folder.
        public let file: String
        /// What is wrong.
        public let what: String
        /// What to do.
        public let remedy: String
    }

    /// Reads every image file that the assets name and lists all that is wrong with them.
    ///
    /// The files of features are read too.
    public func problems(in folder: String) -> [Problem] {
        entries.flatMap { entry in
            let asset = entry.asset
            let images =
                [(asset.id, asset.image, asset.imageDigest)]
                + asset.components.map { ($0.id, $0.image, $0.imageDigest) }
            return images.compactMap {
                Self.problem(of: $0.0, image: $0.1, digest: $0.2, in: folder)
            }
        } + featureProblems()
    }

    private static func problem(
        of id: String, image: String?, digest: Digest?, in folder: String
    ) -> Problem? {
        guard let image else { return nil }
        guard let bytes = try? read(CatalogueFolder.path(folder, image), limit: largestImage) else {
            return Problem(
                file: image, what: "The image of \(id) is missing or unreadable.",
                remedy: "Restore it; recognition does not need it, the review pages do.")
        }
        guard let digest, Digest(of: bytes) != digest else { return nil }
        return Problem(
            file: image, what: "The image of \(id) was changed.",
            remedy: "Restore the file with SHA-256 \(digest.hex).")
    }

    /// Verifies a catalogue's folder: everything that is wrong, with the file and what to do.
    ///
    /// - Returns: An empty list for a sound catalogue.
    public static func verify(folder: String, trustedKeys: Set<String>? = nil) -> [Problem] {
        do throws(CatalogueError) {
            return try Catalogue(folder: folder, trustedKeys: trustedKeys).problems(in: folder)
        } catch {
            let name = URL(filePath: error.file).lastPathComponent
            let place = name + (error.line.map { ":\($0)" } ?? "")
            return [Problem(file: place, what: error.detail, remedy: "See the sentence before.")]
        }
    }
}
