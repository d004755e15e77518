// Small named values that the promises of Casework are tried on.

import Foundation
import SelvageTypes

enum Fixtures {
    static func address(_ text: String) throws -> WebAddress {
        guard let address = WebAddress(text) else { throw MissingFixture() }
        return address
    }

    static let seen = Instant(iso8601: "2027-03-05T10:02:00.250Z") ?? Instant(microseconds: 0)

    /// A page, an image behind a redirect, and the finding that they show.
    struct Case {
        var finding: Finding
        var page: StoredCapture
        var image: StoredCapture
        var asset: Asset
    }

    static func fern(title: String = "Fern cushion", sellerName: String = "Textil Ost") throws
        -> Case
    {
        let pageBody = Array("<title>\(title)</title><img src=/img/x.jpg>".utf8)
        let imageBody = (0..<500).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }
        let page = capture(
            [try hop("https://shop.example/products/x", 200, coded)], pageBody, at: seen)
        let image = capture(
            [
                try hop(
                    "https://shop.example/img/x.jpg", 302,
                    "HTTP/1.1 302 Found\r\nLocation: /cdn/x.jpg\r\nContent-Length: 20\r\n\r\n"),
                try hop(
                    "https://shop.example/cdn/x.jpg", 200,
                    "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 500\r\n\r\n"),
            ], imageBody, at: seen.advanced(milliseconds: 1_500))
        let sighting = Sighting(
            match: Match(
                asset: "https://assets.example/patterns/fern-trellis", method: .perceptualHash,
                symmetry: .mirrored, distance: 14, falseMatchProbability: 2.5e-11),
            page: try address("https://shop.example/products/x"),
            image: try address("https://shop.example/img/x.jpg"), imageDigest: image.digest,
            pageDigest: page.digest, seen: image.ended, form: .imgSrc,
            facts: [Fact(.seller, sellerName, source: .jsonLD, place: "https://shop.example/#/1")])
        var deployment = Deployment(
            licensor: "https://parties.example/studio-marlow",
            asset: "https://assets.example/patterns/fern-trellis",
            actor: .stranger(key: "domain:shop.example", name: sellerName),
            product: "sku:shop.example/CU-1", site: "shop.example", date: seen,
            action: "odrl:sell",
            facts: sighting.facts
                + [Fact(.eventIdentifier, "urn:uuid:1", source: .event, place: "feed")],
            sightings: [sighting.id])
        deployment.channel = "marketplace"
        deployment.units = Decimal(string: "400.5")
        let finding = Finding(
            deployment: deployment,
            verdict: Verdict(.unauthorised, explanation: "No agreement covers this seller."),
            sightings: [sighting], plan: "high-street-fabric", snapshot: Digest(of: "snapshot"),
            catalogue: Digest(of: "catalogue"),
            rights: [RightReliedOn(kind: .copyright, jurisdiction: "*", basis: "human author")])
        let asset = Asset(
            id: deployment.asset, licensor: deployment.licensor, title: "Fern trellis",
            image: "images/fern.png", imageDigest: Digest(of: "licensed"))
        return Case(finding: finding, page: page, image: image, asset: asset)
    }

    static let coded =
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n"
        + "Transfer-Encoding: chunked\r\nX-Seller: Mori\u{e9}\r\n\r\n"

    static func hop(_ text: String, _ status: Int, _ head: String) throws -> Hop {
        let address = try address(text)
        return Hop(
            address: address, status: status,
            requestHead: "GET \(address.target) HTTP/1.1\r\nHost: \(address.host)\r\n\r\n",
            responseHead: head, peer: "[2001:db8::7]:443")
    }

    static func capture(_ hops: [Hop], _ body: [UInt8], at began: Instant) -> StoredCapture {
        StoredCapture(
            hops: hops, body: body, began: began, ended: began.advanced(milliseconds: 40),
            digest: Digest(of: body))
    }
}

/// A fixture that is not what it has to be.
struct MissingFixture: Error {}
