// One site's answers over HTTP: status, type, tag, date and body.

internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import SelvageTypes

/// Answers requests for one site.
struct SiteResponder: Sendable {
    let world: DemoWorld
    let site: DemoSite
    let shelf: ImageShelf
    let tally: RequestTally

    /// When everything was last changed.
    static let lastModified = "Tue, 03 Mar 2026 09:00:00 GMT"

    /// The answer to one request.
    func respond(to request: Request) throws -> Response {
        let target = request.uri.string
        var response = try answer(request.method, target)
        if isFresh(request, response) {
            response = Response(status: .notModified, headers: response.headers)
        }
        tally.count(
            site: site.index, status: response.status.code,
            isClosed: site.hidden[target] == .robots, userAgent: request.headers[.userAgent])
        return response
    }

    private func answer(_ method: HTTPRequest.Method, _ target: String) throws -> Response {
        guard method == .get || method == .head else {
            return plain(.methodNotAllowed, "This shop answers GET and HEAD.\n")
        }
        switch site.contents[target] {
        case nil: return plain(.notFound, "There is nothing at this address.\n")
        case .refused: return plain(.forbidden, "For registered customers.\n")
        case .text(let text, let type):
            return found(shelf.item(site.origin + target) { Array(text.utf8) }, type)
        case .bytes(let bytes, let type):
            return found(shelf.item(site.origin + target) { bytes }, type)
        case .image(let image):
            let item = try shelf.item(site.origin + target) { try world.bytes(of: image) }
            return found(item, image.storage.format.mediaType)
        case .truncated(let image):
            let item = try shelf.item(site.origin + target) {
                let bytes = try world.bytes(of: image)
                return Array(bytes.prefix(bytes.count / 40))
            }
            return found(item, image.storage.format.mediaType)
        }
    }

    private func found(_ item: ImageShelf.Item, _ type: String) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: type, .eTag: item.tag, .lastModified: Self.lastModified,
                .cacheControl: "max-age=600",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: item.body)))
    }

    private func plain(_ status: HTTPResponse.Status, _ text: String) -> Response {
        Response(
            status: status, headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// Whether the asker has these bytes already.
    ///
    /// - Source: RFC 9110 section 13.2.2: a tag goes before a date.
    private func isFresh(_ request: Request, _ response: Response) -> Bool {
        guard response.status == .ok else { return false }
        if let tags = request.headers[.ifNoneMatch] {
            return tags == "*" || response.headers[.eTag].map(tags.contains) ?? false
        }
        return request.headers[.ifModifiedSince] == Self.lastModified
    }
}
