// `selvage plan explain` as a user runs it: the verdict first, then each rule; nothing is made.

import Foundation
import SelvageTypes
import Testing

@Suite("plan explain")
struct PlanExplainTests {
    @Test("Says why an address would be fetched or not, for people and for programs")
    func explains() throws {
        let folder = Temporary()
        let plan = folder.write(
            "plan: p\ncatalogue: c\nagreements: a\nseeds: [\"https://shop.example/\"]\n"
                + "scope: {exclude: [\"/cart\"]}\nrecrawl: adaptive\n", to: "p.yaml")
        let cart = try Command.run(
            "plan", "explain", "https://shop.example/cart/1?utm_source=x", "--plan", plan,
            "--data", folder.path + "/data")
        #expect(cart.status == 0, "\(cart.errors)")
        #expect(cart.output.hasPrefix("https://shop.example/cart/1 would not be fetched"))
        #expect(cart.output.contains("exclude  no: "))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/data"))
        let json = try Command.run(
            "plan", "explain", "https://shop.example/a", "--plan", plan, "--json",
            "--data", folder.path + "/data")
        #expect(json.json?["isFetched"] == true)
        #expect(json.json?["rules"]?.elements.count == 6)
        let wrong = try Command.run("plan", "explain", "shop.example", "--plan", plan)
        #expect(wrong.status == 2)
    }
}
