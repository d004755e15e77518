// Which sealed assets a picture shows, asked by strangers over a network.

internal import Dispatch
internal import Foundation
public import Matching
public import SelvageTypes

/// Which sealed assets a picture shows.
///
/// What it says is what `Verifier` concludes: a mark that was copied onto another picture leads
/// nowhere. It works on a thread of its own, one picture after the other.
public actor ContentResolution {
    /// A sealed asset that was found.
    public struct Found: Hashable, Sendable {
        /// The label of its manifest.
        public let manifest: String
        /// How alike the pictures are, 0...100; 100 is the sealed file itself.
        public let similarity: Int
    }

    private let verifiers: [(verifier: Verifier, catalogue: Catalogue)]
    private let decoder: any PictureDecoder
    private let thread = ResolutionThread()

    /// Resolution over some catalogues.
    ///
    /// - Parameter decoder: Decodes foreign bytes; in practice in child processes.
    public init(
        _ verifiers: [(verifier: Verifier, catalogue: Catalogue)], decoder: any PictureDecoder
    ) {
        self.verifiers = verifiers
        self.decoder = decoder
    }

    /// The thread that pictures are looked at on.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        thread.asUnownedSerialExecutor()
    }

    /// The sealed assets that a file shows, the surest first.
    ///
    /// - Parameter algorithm: The soft binding that has to have found it; nil for any way.
    /// - Throws: `DecodeError` for what is no picture.
    public func found(in bytes: [UInt8], algorithm: String? = nil) async throws -> [Found] {
        let picture = try await decoder.decode(bytes)
        var found: [Found] = []
        for (verifier, catalogue) in verifiers {
            var answer = verifier.verify(bytes, showing: picture)
            for asset in verifier.unconfirmed(in: answer) {
                guard let registered = await registered(asset, in: catalogue) else { continue }
                verifier.confirm(&answer, showing: picture, as: asset, registered: registered)
            }
            found += answer.conclusions.compactMap { conclusion in
                catalogue.asset(conclusion.asset)?.seal.flatMap {
                    Self.found(conclusion, $0, answer, algorithm)
                }
            }
        }
        return found.sorted { ($1.similarity, $0.manifest) < ($0.similarity, $1.manifest) }
    }

    private func registered(_ asset: Asset, in catalogue: Catalogue) async -> Picture? {
        guard let image = asset.image, let folder = catalogue.folder,
            let kept = FileManager.default.contents(atPath: "\(folder)/\(image)")
        else { return nil }
        return try? await decoder.decode(Array(kept))
    }

    private static func found(
        _ conclusion: Verification.Conclusion, _ seal: AssetSeal, _ answer: Verification,
        _ algorithm: String?
    ) -> Found? {
        // The ISCC is a hash of the whole picture, as the one is that matching goes by.
        let isAsked: Bool
        switch algorithm {
        case nil: isAsked = true
        case "org.selvage.mark.v1": isAsked = conclusion.grounds.contains(.watermark)
        case "io.iscc.v0":
            isAsked = conclusion.grounds.contains(.file) || conclusion.grounds.contains(.hash)
        default: isAsked = false
        }
        guard isAsked else { return nil }
        return Found(
            manifest: seal.manifestLabel, similarity: similarity(conclusion, answer))
    }

    /// 100 for the file itself, 95 with its mark, else by how rarely such a match is false.
    private static func similarity(
        _ conclusion: Verification.Conclusion, _ answer: Verification
    ) -> Int {
        if conclusion.grounds.contains(.file) { return 100 }
        if conclusion.grounds.contains(.watermark) { return 95 }
        let chance =
            answer.recognised.filter { $0.match.asset == conclusion.asset }
            .map(\.match.falseMatchProbability).min() ?? 1
        return chance <= 1e-3 ? 90 : chance <= 1e-2 ? 75 : 50
    }
}

/// A thread for looking at pictures: it takes seconds, which no other task is to wait for.
private final class ResolutionThread: SerialExecutor {
    private let queue = DispatchQueue(label: "org.selvage.content-resolution")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
