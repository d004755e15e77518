// The demo world as a visitor sees it: every page and image that links lead to, over HTTP.

import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import SelvageTypes

@testable import Demonstration

/// What a walk along the links of one site brought.
struct CrawledSite: Sendable {
    struct Answer: Sendable {
        var status: Int
        var type: String
        var body: [UInt8]
    }

    var pages: [String: String] = [:]
    var images: [String: Answer] = [:]
    var refused: [String: Int] = [:]
}

/// Walks through a served site without sockets, obeying nothing, so that closed rooms count too.
struct Walker {
    let servers: DemoServers
    let site: DemoSite

    /// - Parameter imagesOnlyByHead: Leaves the images' bytes out when they are not wanted.
    func walk() async throws -> CrawledSite {
        try await servers.application(for: site).test(.router) { client in
            var crawled = CrawledSite()
            var waiting = ["/", "/robots.txt"]
            if site.index == DemoMill.host { waiting.append(DemoMill.eventsPath) }
            var seen = Set(waiting)
            while let target = waiting.popLast() {
                let answer = try await Self.answer(client, target)
                guard answer.status == 200 else {
                    crawled.refused[target] = answer.status
                    continue
                }
                guard !answer.type.hasPrefix("image/") else {
                    crawled.images[target] = answer
                    continue
                }
                let text = String(decoding: answer.body, as: UTF8.self)
                crawled.pages[target] = text
                for link in links(text) where seen.insert(link).inserted { waiting.append(link) }
            }
            return crawled
        }
    }

    private static func answer(
        _ client: any TestClientProtocol, _ target: String
    ) async throws -> CrawledSite.Answer {
        try await client.execute(uri: target, method: .get) { response in
            CrawledSite.Answer(
                status: response.status.code, type: response.headers[.contentType] ?? "",
                body: Array(response.body.readableBytesView))
        }
    }

    /// Targets on this site that a text names in attributes, styles or JSON.
    private func links(_ text: String) -> [String] {
        let pattern =
            /(?:(?:href|src)="|url\('|Sitemap: |"|<loc>|srcset="|, )((?:http:\/\/127[^"'<\s)]+)|\/[^"'<\s)\/][^"'<\s)]*)/
        return text.matches(of: pattern).compactMap { match in
            let target = String(match.1).replacing("&amp;", with: "&")
            return target.hasPrefix("/")
                ? target
                : target.hasPrefix(site.origin) ? String(target.dropFirst(site.origin.count)) : nil
        }.map { $0.isEmpty ? "/" : $0 }
    }
}
