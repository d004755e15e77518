// What a user sees who makes a mistake: one clear line, and the documented status.

import Foundation
import Testing

@Suite("The command")
struct UsageTests {
    @Test("Shows help with examples for each command, with status 0")
    func help() throws {
        for words in [
            ["--help"], ["scan", "--help"], ["plan", "check", "--help"], ["match", "--help"],
            ["agreement", "evaluate", "--help"], ["serve", "--help"],
        ] {
            let help = try Command.run(words, in: nil)
            #expect(help.status == 0)
            #expect(help.output.contains("selvage"), "\(words)")
        }
        #expect(try Command.run("--version").output == "0.1.0\n")
    }

    @Test("Wrong usage has status 2 and says what to do")
    func usage() throws {
        for words in [
            ["scan"], ["scan", "--url", "https://shop.example/"],
            ["fetch", "ftp://x/", "--out", "x"],
            ["no-such-command"], ["case", "list", "--verdict", "guilty"],
            [
                "scan", "--url", "https://shop.example/", "--catalogue", "c", "--agreements", "a",
                "--allow", "everything",
            ],
        ] {
            let run = try Command.run(words, in: nil)
            #expect(run.status == 2, "\(words): \(run.errors)")
            #expect(run.errors.hasPrefix("selvage: "), "\(run.errors)")
            #expect(run.output.isEmpty)
        }
    }

    @Test("A missing or broken plan, catalogue, agreement or image is one clear line, status 1")
    func badFiles() throws {
        let folder = Temporary()
        let plan = folder.write(
            "plan: p\ncatalogue: nowhere\nagreements: a\nseeds: [\"https://shop.example/\"]\n",
            to: "p.yaml")
        let text = folder.write("{\"@type\": \"Agreement\"", to: "a.jsonld")
        let image = folder.write("not a picture", to: "i.png")
        for (words, hint) in [
            (["scan", "nowhere.yaml"], "nowhere.yaml: cannot be read"),
            (["scan", plan], "catalogue.json"),
            (["plan", "check", folder.write("plan: [", to: "bad.yaml")], "problem"),
            (["agreement", "check", text], "have to be mended"),
            (["match", image, "--catalogue", "nowhere"], "catalogue.json"),
            (["catalogue", "verify", "nowhere"], "problem"),
            (
                ["catalogue", "build", folder.path + "/none", "--out", "c", "--licensor", "l"],
                "cannot be read"
            ),
            (["evidence", "verify", "nowhere.warc.gz"], "cannot be read"),
            (["case", "show", "ffff"], "no finding begins with"),
        ] {
            let run = try Command.run(words, in: folder.path)
            #expect(run.status == 1, "\(words): \(run.output) \(run.errors)")
            #expect(
                (run.errors + run.output).contains(hint), "\(words): \(run.output) \(run.errors)")
            #expect(!run.errors.contains("Fatal"), "\(run.errors)")
        }
    }

    @Test("No internal address is fetched unless it is allowed, and a dead host is said to be dead")
    func guarded() throws {
        let folder = Temporary()
        let guarded = try Command.run("fetch", "http://127.0.0.1:9/", "--out", "o", in: folder.path)
        #expect(guarded.status == 1)
        #expect(guarded.errors.contains("127.0.0.1"))
        let dead = try Command.run(
            "fetch", "http://127.0.0.1:9/", "--out", "o", "--allow", "127.0.0.0/8", in: folder.path)
        #expect(dead.status == 1)
        #expect(dead.errors != guarded.errors)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/o/body"))
    }

    @Test("A plan to fill in passes its own check")
    func newPlan() throws {
        let folder = Temporary()
        let plan = try Command.run("plan", "new", "--seed", "https://shop.example/a")
        let check = try Command.run("plan", "check", folder.write(plan.output, to: "p.yaml"))
        #expect(check.status == 0)
        #expect(check.output.contains("good; 1 seed"))
    }

    @Test("The doctor finds a new machine in order")
    func doctor() throws {
        let folder = Temporary()
        let run = try Command.run("doctor", in: folder.path)
        #expect(run.status == 0, "\(run.output) \(run.errors)")
        #expect(run.output.contains("images decode in child processes"))
    }
}
