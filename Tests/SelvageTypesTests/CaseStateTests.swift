// The steps of a case: which there are, and which take a person.

import SelvageTypes
import Testing

@Suite("Steps of a case")
struct CaseStateTests {
    private func move(
        _ was: CaseState?, _ became: CaseState, by actor: String = "Ada"
    ) -> CaseMove {
        CaseMove(
            licensor: "a", case: "c", was: was, became: became, at: Instant(seconds: 1),
            actor: actor, reason: "Because.")
    }

    @Test("Nothing beyond review happens without a named person, whatever led there")
    func persons() {
        for was in CaseState.allCases {
            for became in was.next {
                let alone = move(was, became, by: CaseMove.ourselves).objection
                #expect((alone == nil) == became.isAutomatic, "\(was) -> \(became)")
                #expect(move(was, became).objection == nil)
            }
        }
    }

    @Test("A notice comes after a confirmation, and a removal is watched until it comes back")
    func order() {
        #expect(move(.review, .noticeSent).objection != nil)
        #expect(move(.confirmed, .noticeSent).objection == nil)
        #expect(move(.removed, .watching).objection == nil)
        #expect(move(.watching, .relisted).objection == nil)
        #expect(move(.relisted, .confirmed).objection == nil)
        #expect(move(.licensed, .review).objection != nil)
        #expect(move(nil, .confirmed).objection != nil)
        #expect(move(nil, .review, by: CaseMove.ourselves).objection == nil)
    }

    @Test("From everywhere a case can come to an end")
    func ends() {
        for state in CaseState.allCases {
            var reached: Set = [state]
            while true {
                let more = reached.union(reached.flatMap(\.next))
                if more == reached { break }
                reached = more
            }
            #expect(
                !reached.isDisjoint(with: [.licensed, .withdrawn, .dismissed, .closedAuthorised]),
                "\(state)")
        }
    }
}
