// The demo's crawl plan, as the file demo.yaml holds it.

/// The plan for given addresses.
struct DemoPlan {
    let origins: [String]
    let network: String
    let server: String

    /// The file's text.
    var text: String {
        let shops = DemoShop.allCases.map { shop in
            let facts = "{territory: \(shop.facts.territory), channel: \(shop.facts.channel)}"
            return
                "  - {url: \"\(origins[shop.rawValue])/\", kind: web, facts: \(facts)}   # \(shop.name)"
        }
        let mill = "\(origins[DemoMill.host])\(DemoMill.eventsPath)"
        return """
            # The demo: four shops and a mill that `selvage demo` serves on this machine.
            plan: demo
            catalogue: ../../Signatures/Catalogues/demo
            seeds:
            \(shops.joined(separator: "\n"))
              - {url: "\(mill)", kind: epcis, facts: {territory: DE, channel: manufacturing}}   # Weberei Talbach
            scope: {exclude: ["/cart", "/account"], depth: 8, pages: 2000, images: 5000, bytes: 1GiB, time: 30m}
            politeness: {delay: 20ms, connections: 2, robots: obey, contact: "mailto:scans@studio-marlow.example"}
            network: {allow: ["\(network)"]}
            report: {server: "\(server)", secret: licensing-webhook}

            """
    }
}
