// Everything that is asked of one decoded picture: stages, marks, and what its file states.

internal import Matching
internal import SelvageTypes

/// Everything that is asked of one decoded picture.
///
/// The same bytes give the same answer, in a scan as in a rematch.
struct PictureExamination: Sendable {
    private let matcher: Matcher
    private let marks: MarkReading?
    private let assets: [String: Asset]
    private let work = BoundedWork()

    /// - Throws: `CatalogueError` when features that the catalogue names are missing or damaged.
    init(_ catalogue: Catalogue, marks: MarkReading?) throws(CatalogueError) {
        matcher = try Matcher(catalogue)
        self.marks = marks
        assets = Dictionary(
            catalogue.entries.map { ($0.asset.id, $0.asset) },
            uniquingKeysWith: { first, _ in first })
    }

    /// What a picture shows.
    ///
    /// - Parameters:
    ///   - bytes: The file that it was decoded from.
    ///   - moment: When the file was received.
    func recognise(
        _ picture: Picture, from bytes: [UInt8], digest: Digest, at moment: Instant
    ) async -> ImageRecognition {
        let (seen, candidates) = matcher.recognise(picture, nearest: 0)
        var recognition = seen
        if let marks {
            recognition.matches = await work.run {
                marks.matches(
                    of: picture, digest: digest, seen.matches,
                    proposed: candidates.map(\.match))
            }
        }
        guard !recognition.matches.isEmpty else { return recognition }
        let statements = await work.run(withinSeconds: FileStatements.seconds) {
            FileStatements(of: bytes, at: moment)
        }
        for (place, match) in recognition.matches.enumerated() {
            recognition.matches[place].credentials = (statements ?? .notRead).beside(
                assets[match.asset], match)
        }
        return recognition
    }
}
