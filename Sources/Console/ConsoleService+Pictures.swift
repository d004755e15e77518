// The console's pictures and files: found and licensed picture encoded anew, the evidence as it is.

internal import Casework
internal import HTTPTypes
internal import Hummingbird
internal import SelvageTypes

extension ConsoleService {
    func addPictures(to router: Router<BasicRequestContext>) {
        router.get("findings/:id/found.jpg") { _, context in
            try await foundPicture(try await finding(context))
        }
        router.get("findings/:id/licensed.jpg") { _, context in
            try await licensedPicture(try await finding(context))
        }
        router.get("findings/:id/evidence.warc.gz") { _, context in
            try await evidenceFile(try await finding(context))
        }
    }

    private func foundPicture(_ finding: Finding) async throws -> Response {
        let first = finding.sightings.min { ($0.seen, $0.id) < ($1.seen, $1.id) }
        guard let first, let file = finding.evidence else { throw HTTPError(.notFound) }
        let picture = try await pictures.jpeg(of: first.imageDigest) { [evidence] in
            try EvidenceBundle.body(with: first.imageDigest, in: try await evidence(file))
        }
        return try Self.jpeg(picture)
    }

    private func licensedPicture(_ finding: Finding) async throws -> Response {
        let asset = finding.deployment.asset
        // The picture may change with the catalogue's generation, so both name it.
        let name = Digest(of: "licensed \(finding.catalogue) \(asset)")
        let picture = try await pictures.jpeg(of: name) { [catalogueImage] in
            try await catalogueImage(asset)
        }
        return try Self.jpeg(picture)
    }

    private static func jpeg(_ picture: [UInt8]?) throws -> Response {
        guard let picture else { throw HTTPError(.notFound) }
        return Response.bytes(picture, "image/jpeg", cached: true)
    }

    private func evidenceFile(_ finding: Finding) async throws -> Response {
        guard let file = finding.evidence else { throw HTTPError(.notFound) }
        var response = Response.bytes(try await evidence(file), "application/gzip", cached: false)
        response.headers[.contentDisposition] =
            "attachment; filename=\"\(finding.id)-\(finding.revision).warc.gz\""
        return response
    }
}
