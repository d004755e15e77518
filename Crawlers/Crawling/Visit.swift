// One request and the reading of its answer, outside the crawl's actor.

internal import Extraction
internal import SelvageTypes

/// What is asked of the network.
struct Errand: Sendable {
    /// The host that is asked.
    let origin: String
    /// Whom it concerns besides the host, as it was known when it began.
    let place: SharedPace.Place
    let request: FetchRequest
    /// nil for what is asked of a host as a whole: robots.txt, or what it states about uses.
    let target: Target?
    /// Whether it is for `tdmrep.json`.
    var isForTerms = false
}

/// What an errand brought.
struct Visit: Sendable {
    let errand: Errand
    let result: Result<Capture, FetchError>
    var reading = DocumentReading()

    var status: Int {
        switch result {
        case .success(let capture): capture.status
        case .failure(let error): error.hops.last?.status ?? 0
        }
    }

    /// Requests that the host itself got.
    var hops: Int {
        let hops: [Hop] =
            switch result {
            case .success(let capture): capture.hops
            case .failure(let error): error.hops
            }
        return hops.count { $0.address.origin == errand.origin }
    }
}

/// What a document says to the crawl.
struct DocumentReading: Sendable {
    /// Pages within the scope, in order, each once.
    var pages: [WebAddress] = []
    /// Further sitemaps, and feeds that a seed page names.
    var sitemaps: [WebAddress] = []
    var feeds: [WebAddress] = []
    var references: [ImageReference] = []
    /// Marks of the images, when no references are wanted.
    var imageMarks: [UInt64] = []
    /// By which pages of nearly the same text are found.
    var sketch: TextSketch?
    /// Another page of the same site that stands for this one.
    var canonical: WebAddress?
    var recognition: ImageRecognition?
    var problem: NotChecked?
    var detail = ""
    var keepsBody = false
    var linksOutOfScope = 0
    /// What the answer states about uses of what it brought.
    var terms: [UseTerm] = []
    /// The download was ended, so that nothing is known of the content.
    var wasLeft = false
    /// The same bytes as an earlier scan got; they are not read again.
    var isUnchanged = false
}

/// Fetches and reads; has no state of its own.
struct Visitor: Sendable {
    let fetcher: any Fetcher
    let images: any ImageReader
    let scope: Scope
    let token: String
    let obeysRobots: Bool
    let parts: HTMLPage.Parts
    let keeps: CrawlSettings.Keeps
    var imageChoice = ImageChoice.best

    /// The most references that are taken from one document.
    static let referenceLimit = 10_000

    /// Runs one errand.
    func run(_ errand: Errand) async -> Visit {
        do throws(FetchError) {
            var capture = try await fetcher.fetch(errand.request)
            var reading = DocumentReading()
            if let target = errand.target {
                if (200..<300).contains(capture.status) {
                    reading = await read(capture, of: target)
                }
                // Many captures wait for one transaction.
                if !reading.keepsBody { capture.body = [] }
            }
            return Visit(errand: errand, result: .success(capture), reading: reading)
        } catch {
            return Visit(errand: errand, result: .failure(error))
        }
    }

    private func read(_ capture: Capture, of target: Target) async -> DocumentReading {
        if let objection = capture.ruledOut { return left(objection) }
        if let known = target.known, known.content == capture.digest {
            var reading = DocumentReading()
            reading.isUnchanged = true
            return reading
        }
        var reading =
            switch target.kind {
            case .image: await readImage(capture, of: target)
            case .page: readPage(capture, of: target)
            case .sitemap, .feed, .epcis: readDocument(capture, as: target.kind)
            }
        reading.terms += StatedTerms.terms(of: capture.headers, at: capture.address, agent: token)
        return reading
    }

    /// What an image gave that was left before its end.
    private func left(_ objection: ImageScreen.Objection) -> DocumentReading {
        var reading = DocumentReading()
        reading.wasLeft = true
        switch objection {
        case .tooSmall(let size):
            reading.problem = .tooSmall
            reading.detail = "The picture has \(size.width) x \(size.height) pixels."
        case .tooShort(let bytes):
            reading.problem = .tooSmall
            reading.detail = "The picture has \(bytes) bytes."
        case .notAnImage(let type):
            reading.problem = .unsupportedFormat
            reading.detail = "The server says that it is \(type)."
        case .known(let name):
            reading.detail = "Its content is known (\(name))."
        }
        return reading
    }

    private func readImage(_ capture: Capture, of target: Target) async -> DocumentReading {
        let image = await images.read(capture, of: target)
        var reading = DocumentReading()
        reading.recognition = image.recognition
        reading.problem = image.problem
        reading.detail = image.detail
        reading.keepsBody = image.keepsBody
        return reading
    }

    private func readPage(_ capture: Capture, of target: Target) -> DocumentReading {
        var reading = DocumentReading()
        if capture.mediaType?.hasPrefix("image/") == true {
            // It becomes an image of its own; its capture has to stand under an image's name.
            reading.references = [ImageReference(address: target.address, form: .linkedImage)]
            return reading
        }
        let page = HTMLPage(
            capture.body, contentType: capture.headers.first("content-type"),
            address: capture.address, parts: parts)
        reading.terms = page.terms
        reading.sketch = page.sketch
        var said = RobotsDirectives(headerValues: capture.headers.all("x-robots-tag"), agent: token)
        said.noindex = obeysRobots && (said.noindex || page.noindex)
        said.nofollow = obeysRobots && (said.nofollow || page.nofollow)
        said.noimageindex = obeysRobots && (said.noimageindex || page.noimageindex)
        if let canonical = canonical(of: page, at: capture.address) {
            reading.canonical = canonical
            return reading
        }
        if !said.nofollow {
            take(page.links.lazy.filter { !(obeysRobots && $0.nofollow) }.map(\.address), &reading)
        }
        if let barrier = PageBarrier.reason(page, asked: target.address, answered: capture.address)
        {
            (reading.problem, reading.detail) = (barrier, barrier.phrase)
        }
        if said.noindex || said.noimageindex {
            reading.problem = .metaRobots
            reading.detail = "The page asks that it or its images are not used."
        } else {
            take(page.images, &reading)
            reading.imageMarks = page.imageMarks
        }
        if target.depth == 0 {
            reading.feeds = page.feeds.map(\.canonical).filter { $0.site == capture.address.site }
        }
        reading.keepsBody = keepsBody(of: reading)
        return reading
    }

    /// Another page of this site that the page names as the one that stands for it.
    ///
    /// A site's root is no page's stand-in: shops that name it everywhere mean nothing by it.
    private func canonical(of page: HTMLPage, at address: WebAddress) -> WebAddress? {
        guard let named = page.canonical?.canonical, named != address.canonical,
            named.site == address.site, scope.holds(named),
            named.target != "/" || address.path == "/"
        else { return nil }
        return named
    }

    private func readDocument(_ capture: Capture, as kind: TargetKind) -> DocumentReading {
        var reading = DocumentReading()
        do throws(ExtractionError) {
            switch kind {
            case .epcis:
                let document = try EPCISDocument(capture.body, address: capture.address)
                take(document.references, &reading)
                reading.detail = document.problems.first ?? ""
            case .feed:
                let feed = try Feed(capture.body, address: capture.address)
                take(feed.pages, &reading)
                take(feed.images, &reading)
            default:
                let sitemap = try Sitemap(capture.body, address: capture.address)
                take(sitemap.pages, &reading)
                take(sitemap.images, &reading)
                reading.sitemaps = sitemap.sitemaps.map(\.canonical)
                    .filter { $0.site == capture.address.site }
            }
        } catch {
            reading.problem = .undecodable
            reading.detail = error.detail
        }
        reading.keepsBody = keepsBody(of: reading)
        return reading
    }

    private func keepsBody(of reading: DocumentReading) -> Bool {
        switch keeps {
        case .digests: false
        case .evidence: !reading.references.isEmpty
        case .bodies: true
        }
    }

    private func take(_ links: some Sequence<WebAddress>, _ reading: inout DocumentReading) {
        var seen = Set(reading.pages)
        var inScope: WebAddress?
        for link in links {
            let link = link.canonical
            guard seen.insert(link).inserted else { continue }
            // Nearly all links of a page are to its own host.
            let isLikeLast = inScope.map { !scope.excludes && link.isOfSameOrigin(as: $0) } ?? false
            if isLikeLast || scope.holds(link) {
                inScope = link
                reading.pages.append(link)
            } else {
                reading.linksOutOfScope += 1
            }
        }
    }

    private func take(_ references: [ImageReference], _ reading: inout DocumentReading) {
        guard parts > .links else { return }
        let named = references.prefix(Self.referenceLimit).map { reference in
            var reference = reference
            reference.address = reference.address.canonical
            return reference
        }
        reading.references += imageChoice == .best ? named.bestOfFamilies() : named
    }
}
