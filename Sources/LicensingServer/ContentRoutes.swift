// Soft binding resolution by an uploaded picture: the same question as by binding, asked with the file.

internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import SelvageTypes

/// A sealed asset that an uploaded picture shows.
public struct ContentMatch: Hashable, Sendable {
    /// The label of the manifest that the asset was sealed with.
    public var manifest: String
    /// How alike they are, 0...100; 100 is the sealed file itself.
    public var similarity: Int

    /// A match.
    public init(manifest: String, similarity: Int) {
        self.manifest = manifest
        self.similarity = similarity
    }
}

/// Answers which sealed assets a picture shows; `DecodeError` for what is no picture.
///
/// The algorithm is the soft binding that was asked for; nil for whatever finds it. Foreign bytes
/// are decoded elsewhere than in the server's own process.
public typealias ContentSearch =
    @Sendable (_ bytes: [UInt8], _ algorithm: String?) async throws -> [ContentMatch]

/// `POST /matches/byContent`: an uploaded picture, its bytes as the body.
///
/// Looking costs a second, so that one picture is looked at a time and few may wait.
///
/// - Source: C2PA Soft Binding Resolution API 1.0 (OpenAPI), `uploadFile`.
struct ContentRoutes: Sendable {
    /// The largest file that is taken; what shops show is far smaller.
    static let limitInBytes = 24 << 20
    /// How many pictures wait or are looked at.
    static let mostAtOnce = 4

    private let search: ContentSearch
    private let queue = ContentQueue(most: mostAtOnce)

    init(_ search: @escaping ContentSearch) {
        self.search = search
    }

    func add(to router: Router<BasicRequestContext>) {
        router.post("/matches/byContent") { request, _ in try await matches(request) }
    }

    private func matches(_ request: Request) async throws -> Response {
        let query = request.uri.queryParameters
        let algorithm = query["alg"].map(String.init)
        if let algorithm { try BindingRoutes.checkAlgorithm(algorithm) }
        let most = try BindingRoutes.mostResults(of: request)
        let tooLarge = ProblemDetails(
            .contentTooLarge,
            "The file is larger than \(Self.limitInBytes >> 20) MiB. Send a smaller copy of the picture."
        )
        if let length = request.headers[.contentLength].flatMap({ Int($0) }),
            length > Self.limitInBytes
        {
            throw tooLarge
        }
        guard await queue.enter() else {
            throw ProblemDetails(
                .serviceUnavailable, "Other pictures are being looked at. Ask again in a minute.")
        }
        do {
            let body: ByteBuffer
            do {
                body = try await request.body.collect(upTo: Self.limitInBytes)
            } catch is NIOTooManyBytesError {
                throw tooLarge
            }
            let found = try await find(Array(body.readableBytesView), algorithm)
            await queue.leave()
            return Self.answer(Array(found.prefix(most)))
        } catch {
            await queue.leave()
            throw error
        }
    }

    private func find(_ bytes: [UInt8], _ algorithm: String?) async throws -> [ContentMatch] {
        guard !bytes.isEmpty else {
            throw ProblemDetails(.badRequest, "Send the picture's bytes as the body.")
        }
        await queue.turn()
        defer { queue.done() }
        do {
            return try await search(bytes, algorithm)
        } catch let error as DecodeError {
            throw ProblemDetails(.unsupportedMediaType, "This is no picture: \(error.detail)")
        }
    }

    private static func answer(_ found: [ContentMatch]) -> Response {
        LicensingService.json([
            "matches": .array(
                found.map {
                    [
                        "manifestId": .string($0.manifest),
                        "similarityScore": .number(Decimal($0.similarity)),
                    ]
                })
        ])
    }
}

/// Who waits to have a picture looked at: one at a time, few in all.
actor ContentQueue {
    private let most: Int
    private var inside = 0
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(most: Int) {
        self.most = most
    }

    /// Whether there is room; whoever was let in has to leave.
    func enter() -> Bool {
        guard inside < most else { return false }
        inside += 1
        return true
    }

    func leave() { inside -= 1 }

    /// Waits until nobody else's picture is looked at.
    func turn() async {
        guard isBusy else {
            isBusy = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    /// Gives the turn to the next one.
    nonisolated func done() { Task { await self.next() } }

    private func next() {
        guard !waiting.isEmpty else {
            isBusy = false
            return
        }
        waiting.removeFirst().resume()
    }
}
