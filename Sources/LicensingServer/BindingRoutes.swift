// From a watermark or fingerprint to the manifest: C2PA's soft binding resolution, for anybody.

internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Persistence
internal import SelvageTypes

/// C2PA's soft binding resolution over the seals of all licensors.
///
/// Whoever finds a copy without credentials asks for them by what its pixels still say. Manifests
/// are given to anybody, as they were in the sealed file. A payload cannot be guessed: half of its
/// bits are a tag under the licensor's key.
///
/// - Source: C2PA Soft Binding Resolution API 1.0 (OpenAPI).
struct BindingRoutes: Sendable {
    /// The most matches that one answer names, and how long a query may be.
    static let mostResults = 100
    static let valueLimit = 4096

    private let store: LicensingStore

    init(_ store: LicensingStore) {
        self.store = store
    }

    func add(to router: Router<BasicRequestContext>) {
        router.get("/services/supportedAlgorithms") { _, _ in
            LicensingService.json([
                "watermarks": [["alg": .string(Self.mark)]],
                "fingerprints": [["alg": .string(Self.iscc)]],
            ])
        }
        router.get("/matches/byBinding") { request, _ in
            let query = request.uri.queryParameters
            return try await matches(
                query["alg"].map(String.init), query["value"].map(String.init), request)
        }
        router.post("/matches/byBinding") { request, _ in
            let body = try await request.body.collect(upTo: Self.valueLimit * 2)
            let query = try? JSONValue(parsing: Data(body.readableBytesView))
            return try await matches(query?["alg"]?.string, query?["value"]?.string, request)
        }
        router.get("/manifests/{manifest}") { request, context in
            try await manifest(context.parameters.get("manifest") ?? "", request)
        }
    }

    private static let mark = "org.selvage.mark.v1"
    private static let iscc = "io.iscc.v0"

    private func matches(
        _ algorithm: String?, _ value: String?, _ request: Request
    ) async throws -> Response {
        guard let algorithm, let value, !value.isEmpty, value.utf8.count <= Self.valueLimit else {
            throw ProblemDetails(
                .badRequest, "Give `alg` and `value`, the soft binding's name and value.")
        }
        try Self.checkAlgorithm(algorithm)
        let most = try Self.mostResults(of: request)
        let labels = try await store.read { registry -> [String] in
            for candidate in Self.readings(of: value) {
                let seals = try registry.seals(
                    algorithm: algorithm, value: candidate, limit: most)
                if !seals.isEmpty { return seals.compactMap(\.seal?.manifestLabel) }
            }
            return []
        }
        return LicensingService.json([
            "matches": .array(labels.map { ["manifestId": .string($0)] })
        ])
    }

    /// Refuses algorithms whose soft bindings are not kept.
    static func checkAlgorithm(_ name: String) throws(ProblemDetails) {
        guard [mark, iscc].contains(name) else {
            throw ProblemDetails(
                .badRequest,
                "Soft bindings of this algorithm are not kept here; see "
                    + "/services/supportedAlgorithms.")
        }
    }

    /// How many matches are asked for.
    static func mostResults(of request: Request) throws(ProblemDetails) -> Int {
        let most = request.uri.queryParameters["maxResults"].map { Int($0) } ?? 10
        guard let most, (1...mostResults).contains(most) else {
            throw ProblemDetails(
                .badRequest, "`maxResults` is a whole number from 1 to \(mostResults).")
        }
        return most
    }

    /// What a value may mean: the text as the manifest has it, or that in base64.
    private static func readings(of value: String) -> [String] {
        let plain = value.replacingOccurrences(of: "-", with: "+")
            .replacingOccurrences(of: "_", with: "/")
        let padded = plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
        let decoded = Data(base64Encoded: padded).flatMap { String(data: $0, encoding: .utf8) }
        return [value] + [decoded].compactMap { $0 }
    }

    private func manifest(_ label: String, _ request: Request) async throws -> Response {
        let name = label.removingPercentEncoding ?? label
        guard name.utf8.count <= 200, name.hasPrefix("urn:c2pa:") else {
            throw ProblemDetails(.badRequest, "A manifest is named `urn:c2pa:` and a UUID.")
        }
        guard request.uri.queryParameters["returnActiveManifest"] != "true" else {
            throw ProblemDetails(
                .badRequest, "Only whole manifest stores are given; leave out the parameter.")
        }
        guard let bytes = try await store.read({ try $0.manifestStore(label: name) }) else {
            throw ProblemDetails(.notFound, "No manifest of this name was sealed here.")
        }
        var headers: HTTPFields = [
            .contentType: "application/c2pa", .cacheControl: "public, max-age=86400",
        ]
        headers[.accessControlAllowOrigin] = "*"
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
