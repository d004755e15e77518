// The ledger over HTTP, read-only: its checkpoint, its tiles and its entries, as anybody may check.

internal import Dispatch
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Provenance
internal import SelvageTypes

/// The addresses of a ledger below `/ledger`.
///
/// Only what the published checkpoint covers is served: a tile that was written before its
/// checkpoint could still become another one, and caches keep tiles for ever.
///
/// - Source: C2SP tlog-tiles 0.1, "APIs".
struct LedgerRoutes: Sendable {
    private let desk: LedgerDesk

    init(_ files: any LedgerFiles) {
        desk = LedgerDesk(files)
    }

    func add(to router: Router<BasicRequestContext>) {
        router.get("/ledger/checkpoint") { _, _ in
            Self.answer(
                try await desk.checkpoint(), type: "text/plain; charset=utf-8", cache: "no-cache")
        }
        router.get("/ledger/tile/**") { _, context in
            let path = "tile/" + context.parameters.getCatchAll().joined(separator: "/")
            return Self.answer(
                try await desk.tile(path), type: "application/octet-stream",
                cache: "public, max-age=31536000, immutable")
        }
    }

    private static func answer(_ bytes: [UInt8], type: String, cache: String) -> Response {
        var headers: HTTPFields = [.contentType: type, .cacheControl: cache]
        // Pages of others may check the ledger in the browser: everything here is public.
        headers[.accessControlAllowOrigin] = "*"
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

/// Reads the ledger's files on a thread of its own, so that a slow disk holds up nothing else.
private actor LedgerDesk {
    private let files: any LedgerFiles
    private let thread = BlockingThread(named: "org.selvage.ledger-reading")

    init(_ files: any LedgerFiles) {
        self.files = files
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    func checkpoint() throws -> [UInt8] { try published().bytes }

    func tile(_ path: String) throws -> [UInt8] {
        guard let tile = LedgerTile(path: path) else { throw Self.nothing }
        guard tile.isCovered(by: try Checkpoint(published().text).size),
            let bytes = try files.read(tile.path, limitInBytes: tile.limitInBytes)
        else { throw Self.nothing }
        return bytes
    }

    /// The published checkpoint; whoever reads it checks its signature.
    private func published() throws -> SignedNote {
        do {
            return try LedgerReader.publishedNote(files)
        } catch let error as LedgerError where error.reason == .damaged("checkpoint") {
            throw Self.nothing
        }
    }

    private static var nothing: ProblemDetails {
        ProblemDetails(.notFound, "The ledger has no such file at its present checkpoint.")
    }
}

/// A thread for calls that wait for a disk.
private final class BlockingThread: SerialExecutor {
    private let queue: DispatchQueue

    init(named name: String) {
        queue = DispatchQueue(label: name)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
