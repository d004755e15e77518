// The ledger over HTTP, read-only: its checkpoint, its tiles and its entries, as anybody may check.

internal import Foundation
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
    private let files: any LedgerFiles

    init(_ files: any LedgerFiles) {
        self.files = files
    }

    func add(to router: Router<BasicRequestContext>) {
        router.get("/ledger/checkpoint") { _, _ in try checkpoint() }
        router.get("/ledger/tile/**") { _, context in
            try tile("tile/" + context.parameters.getCatchAll().joined(separator: "/"))
        }
    }

    private func checkpoint() throws -> Response {
        Self.answer(
            try published().bytes, type: "text/plain; charset=utf-8", cache: "no-cache")
    }

    private func tile(_ path: String) throws -> Response {
        guard let tile = LedgerTile(path: path) else { throw Self.nothing }
        guard tile.isCovered(by: try Checkpoint(published().text).size),
            let bytes = try files.read(tile.path, limitInBytes: tile.limitInBytes)
        else { throw Self.nothing }
        return Self.answer(
            bytes, type: "application/octet-stream", cache: "public, max-age=31536000, immutable")
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

    private static func answer(_ bytes: [UInt8], type: String, cache: String) -> Response {
        var headers: HTTPFields = [.contentType: type, .cacheControl: cache]
        // Pages of others may check the ledger in the browser: everything here is public.
        headers[.accessControlAllowOrigin] = "*"
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
