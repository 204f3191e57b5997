//! Puts tokens, sections, sentences and problems together.

use super::{Reading, Section, SectionKind, Span, problems, sentences, tokens, words};

pub(super) fn read(text: &str) -> Reading<'_> {
    let stream = tokens::tokenize(text);
    let (pieces, openings) = sentences::lay_out(text, &stream);
    let (sentences, problems) = problems::assign(&stream, &pieces, &openings);
    let tokens::Stream { tokens, folded, .. } = stream;
    let length = text.len() as u32;
    let start = |i: usize| match i {
        0 => 0,
        i => openings.get(i).map_or(length, |o| tokens[o.first_token as usize].span.start),
    };
    let mut sections: Vec<Section> = openings
        .iter()
        .enumerate()
        .map(|(i, opening)| Section {
            kind: opening.kind,
            heading: opening.heading.map(|(a, b)| tokens[a as usize].span.to(tokens[b as usize - 1].span)),
            span: Span { start: start(i), end: start(i + 1) },
        })
        .collect();
    if sections.is_empty() {
        sections.push(Section { kind: SectionKind::Unknown, heading: None, span: Span { start: 0, end: length } });
    }
    let words = words::Words::of(&tokens, &folded);
    Reading { text, folded, tokens, sentences, problems, sections, words }
}

#[cfg(test)]
mod tests {
    use super::super::{Role, TokenKind, TokenRange};
    use super::*;
    use proptest::prelude::*;

    /// The form of a note, a line for each sentence: `H`eading, `T`itle, `L`abel, `I`tem or `B`ody and its text,
    /// with a line for each section.
    fn form(text: &str) -> Vec<String> {
        let reading = read(text);
        let mut lines = Vec::new();
        let mut section = u32::MAX;
        for sentence in &reading.sentences {
            if sentence.section != section {
                section = sentence.section;
                lines.push(format!("== {}", reading.sections[section as usize].kind.name()));
            }
            let role = match sentence.role {
                Role::Body => "B",
                Role::Heading => "H",
                Role::ProblemTitle => "T",
                Role::Item => "I",
                Role::Label => "L",
            };
            let words: Vec<_> = reading.span(sentence.tokens).text(text).split_whitespace().collect();
            lines.push(format!("{role} {}", words.join(" ")));
        }
        lines
    }

    fn check(cases: &[(&str, &[&str])]) {
        for (text, expected) in cases {
            let found = form(text);
            assert_eq!(&found, expected, "\n{text}\n");
        }
    }

    #[test]
    fn a_range_past_the_last_token_covers_what_there_is() {
        let reading = Reading::of("Left rib fracture");
        let count = reading.tokens.len() as u32;
        assert_eq!(reading.span(TokenRange { start: count, end: count }).text(reading.text), "");
        assert_eq!(reading.span(TokenRange { start: 1, end: 1 }).text(reading.text), "");
        assert_eq!(reading.span(TokenRange { start: count - 1, end: count + 4 }).text(reading.text), "fracture");
        assert_eq!(reading.folded(count), "");
    }

    #[test]
    fn sentences() {
        check(&[
            ("", &[]),
            (" \r\n\t", &[]),
            ("She saw Dr. Jones. He agreed.", &["== unknown", "B She saw Dr. Jones.", "B He agreed."]),
            ("Took 2.5 mg p.o. daily. Felt well.", &["== unknown", "B Took 2.5 mg p.o. daily.", "B Felt well."]),
            ("Given Lasix p.o. Potassium was low.", &["== unknown", "B Given Lasix p.o. Potassium was low."]),
            (
                "Lasix 40 mg b.i.d.  The legs are better.",
                &["== unknown", "B Lasix 40 mg b.i.d.", "B The legs are better."],
            ),
            ("Tylenol No. 3 for pain. Return.", &["== unknown", "B Tylenol No. 3 for pain.", "B Return."]),
            ("Seen by John Q. Public today.", &["== unknown", "B Seen by John Q. Public today."]),
            ("She has hepatitis C. He has none.", &["== unknown", "B She has hepatitis C.", "B He has none."]),
            ("Asthma vs. COPD. Unclear.", &["== unknown", "B Asthma vs. COPD.", "B Unclear."]),
            (
                "Woke at 3 a.m. and called. Better now!",
                &["== unknown", "B Woke at 3 a.m. and called.", "B Better now!"],
            ),
            ("Pneumonia, ? viral. Cough.", &["== unknown", "B Pneumonia, ? viral.", "B Cough."]),
            ("He is stable.The cough is gone.", &["== unknown", "B He is stable.", "B The cough is gone."]),
            ("He said \"stop.\" Then he left.", &["== unknown", "B He said \"stop.\"", "B Then he left."]),
            (
                "denies fever; chills; cough; dyspnea on exertion; and pain",
                &["== unknown", "B denies fever; chills; cough; dyspnea on exertion; and pain"],
            ),
            (
                "[**Known lastname**] was seen on ___ at [**Hospital 1**]. Stable.",
                &["== unknown", "B [**Known lastname**] was seen on ___ at [**Hospital 1**].", "B Stable."],
            ),
        ]);
    }

    #[test]
    fn wrapped_lines_go_on() {
        check(&[
            (
                "The patient is a pleasant woman who comes for a visit about her\nlong standing knee pain and has had\nno fall. She is\nwell.",
                &[
                    "== unknown",
                    "B The patient is a pleasant woman who comes for a visit about her long standing knee pain and has had no fall.",
                    "B She is well.",
                ],
            ),
            (
                "The wound on the left heel is clean and was debrided today by Dr.\nSmith without trouble.",
                &[
                    "== unknown",
                    "B The wound on the left heel is clean and was debrided today by Dr. Smith without trouble.",
                ],
            ),
            ("no sob. taking meds. pain is mild", &["== unknown", "B no sob.", "B taking meds.", "B pain is mild"]),
            ("htn stable\ndm worse\ncopd", &["== unknown", "B htn stable", "B dm worse", "B copd"]),
            ("no fever\r\nno cough\rno pain", &["== unknown", "B no fever", "B no cough", "B no pain"]),
        ]);
    }

    #[test]
    fn lists() {
        check(&[
            (
                "Home:\n\u{2022} lives alone\n- no stairs\n* cooks",
                &["== unknown", "B Home:", "L \u{2022}", "I lives alone", "L -", "I no stairs", "L *", "I cooks"],
            ),
            (
                "1. one thing\n2) another\n(3) third\na. last",
                &["== unknown", "L 1.", "I one thing", "L 2)", "I another", "L (3)", "I third", "L a.", "I last"],
            ),
            ("Temp 98.6\n-5 kg since May", &["== unknown", "B Temp 98.6", "B -5 kg since May"]),
        ]);
    }

    #[test]
    fn sections_by_their_headings() {
        check(&[
            (
                "CHIEF COMPLAINT\n\nCough.\n\nHISTORY OF PRESENT ILLNESS\nCough for two days.",
                &[
                    "== chief-complaint",
                    "H CHIEF COMPLAINT",
                    "B Cough.",
                    "== history-of-present-illness",
                    "H HISTORY OF PRESENT ILLNESS",
                    "B Cough for two days.",
                ],
            ),
            (
                "CC: cough\nHPI: two days of cough. PMH: asthma. Meds: albuterol.",
                &[
                    "== chief-complaint",
                    "H CC:",
                    "B cough",
                    "== history-of-present-illness",
                    "H HPI:",
                    "B two days of cough.",
                    "== past-medical-history",
                    "H PMH:",
                    "B asthma.",
                    "== medications",
                    "H Meds:",
                    "B albuterol.",
                ],
            ),
            (
                "HPI: She fell.,PAST MEDICAL HISTORY: , Gout.,ALLERGIES:,  None.",
                &[
                    "== history-of-present-illness",
                    "H HPI:",
                    "B She fell.,",
                    "== past-medical-history",
                    "H PAST MEDICAL HISTORY: ,",
                    "B Gout.,",
                    "== allergies",
                    "H ALLERGIES:,",
                    "B None.",
                ],
            ),
            (
                "## Assessment\n**Plan:**\nRest.",
                &["== assessment", "H ## Assessment", "== plan", "H **Plan:**", "B Rest."],
            ),
            (
                "Past Medical History\n====================\nGout\n\n--- Family History ---\nNone",
                &[
                    "== past-medical-history",
                    "H Past Medical History",
                    "B ====================",
                    "B Gout",
                    "== family-history",
                    "H --- Family History ---",
                    "B None",
                ],
            ),
            (
                "S: cough\nO: lungs clear\nA: bronchitis\nP: fluids",
                &[
                    "== history-of-present-illness",
                    "H S:",
                    "B cough",
                    "== physical-exam",
                    "H O:",
                    "B lungs clear",
                    "== assessment",
                    "H A:",
                    "T bronchitis",
                    "== plan",
                    "H P:",
                    "B fluids",
                ],
            ),
            ("T: 37 P: 80 R: 16", &["== unknown", "L T:", "B 37 P: 80 R: 16"]),
            (
                "PC: chest pain\nO/E: well\nImp: costochondritis",
                &[
                    "== chief-complaint",
                    "H PC:",
                    "B chest pain",
                    "== physical-exam",
                    "H O/E:",
                    "B well",
                    "== impression",
                    "H Imp:",
                    "T costochondritis",
                ],
            ),
            (
                "FAMILY HISTORY: Gout.\nRIDING AND HUNTING HISTORY: He rides.",
                &[
                    "== family-history",
                    "H FAMILY HISTORY:",
                    "B Gout.",
                    "== other-history",
                    "H RIDING AND HUNTING HISTORY:",
                    "B He rides.",
                ],
            ),
            (
                "FAMILY HISTORY: Gout.\n\nPARKING ARRANGEMENTS:\nNone.",
                &[
                    "== family-history",
                    "H FAMILY HISTORY:",
                    "B Gout.",
                    "== unknown",
                    "H PARKING ARRANGEMENTS:",
                    "B None.",
                ],
            ),
            ("We agreed on the\nplan\nand left.", &["== unknown", "B We agreed on the plan and left."]),
        ]);
    }

    #[test]
    fn captions_of_systems_are_labels() {
        check(&[
            (
                "ROS\nConstitutional: No fever.\nHEENT: Normal.\nCardiovascular: No chest pain.",
                &[
                    "== review-of-systems",
                    "H ROS",
                    "L Constitutional:",
                    "B No fever.",
                    "L HEENT:",
                    "B Normal.",
                    "L Cardiovascular:",
                    "B No chest pain.",
                ],
            ),
            (
                "PHYSICAL EXAMINATION: VITAL SIGNS: Stable. NECK: Supple. LUNGS: Clear.",
                &[
                    "== physical-exam",
                    "H PHYSICAL EXAMINATION:",
                    "L VITAL SIGNS:",
                    "B Stable.",
                    "L NECK:",
                    "B Supple.",
                    "L LUNGS:",
                    "B Clear.",
                ],
            ),
            (
                "Vitals: BP 120/80\nHEENT: normal\nNeck\n- supple",
                &[
                    "== vitals",
                    "H Vitals:",
                    "B BP 120/80",
                    "== physical-exam",
                    "L HEENT:",
                    "B normal",
                    "L Neck",
                    "L -",
                    "I supple",
                ],
            ),
            ("PMH\nDiabetes: diet only", &["== past-medical-history", "H PMH", "B Diabetes: diet only"]),
        ]);
    }

    #[test]
    fn problem_titles() {
        check(&[
            (
                "ASSESSMENT AND PLAN\n\nMr. Roe is a 50-year-old man with a history of gout and asthma who presents with pain.\n\nGout.\n\u{2022} Medical Reasoning: Flare.\n\u{2022} Medical Treatment: Start colchicine.\n\nAsthma.\n\u{2022} Medical Treatment: Continue albuterol.",
                &[
                    "== assessment-and-plan",
                    "H ASSESSMENT AND PLAN",
                    "B Mr. Roe is a 50-year-old man with a history of gout and asthma who presents with pain.",
                    "T Gout.",
                    "L \u{2022}",
                    "L Medical Reasoning:",
                    "I Flare.",
                    "L \u{2022}",
                    "L Medical Treatment:",
                    "I Start colchicine.",
                    "T Asthma.",
                    "L \u{2022}",
                    "L Medical Treatment:",
                    "I Continue albuterol.",
                ],
            ),
            (
                "A/P:\n1. Hypertension.\n   Continue lisinopril.\n2) CHF - continue Lasix\n3. Follow up in 2 weeks.",
                &[
                    "== assessment-and-plan",
                    "H A/P:",
                    "L 1.",
                    "T Hypertension.",
                    "B Continue lisinopril.",
                    "L 2)",
                    "T CHF -",
                    "B continue Lasix",
                    "L 3.",
                    "I Follow up in 2 weeks.",
                ],
            ),
            (
                "Assessment & Plan\n# CHF:\n- continue Lasix\n- daily weights\n# T2DM\nA1c 7.2, on metformin.",
                &[
                    "== assessment-and-plan",
                    "H Assessment & Plan",
                    "L #",
                    "T CHF:",
                    "L -",
                    "I continue Lasix",
                    "L -",
                    "I daily weights",
                    "L #",
                    "T T2DM",
                    "B A1c 7.2, on metformin.",
                ],
            ),
            (
                "A&P\n#3 COPD: stable, continue inhalers",
                &["== assessment-and-plan", "H A&P", "L #3", "T COPD: stable,", "B continue inhalers"],
            ),
            (
                "ASSESSMENT: 1. CHF. Continue Lasix. 2. HTN. Well controlled. 3. Gout.",
                &[
                    "== assessment",
                    "H ASSESSMENT:",
                    "L 1.",
                    "T CHF.",
                    "B Continue Lasix.",
                    "L 2.",
                    "T HTN.",
                    "B Well controlled.",
                    "L 3.",
                    "T Gout.",
                ],
            ),
            (
                "ASSESSMENT:,  1.  Allergic rhinitis.  We will start Zyrtec.,2.  Asthma.,PLAN:,1.  Continue.",
                &[
                    "== assessment",
                    "H ASSESSMENT:,",
                    "L 1.",
                    "T Allergic rhinitis.",
                    "B We will start Zyrtec.,",
                    "L 2.",
                    "T Asthma.,",
                    "== plan",
                    "H PLAN:,",
                    "L 1.",
                    "I Continue.",
                ],
            ),
            (
                "Assessment/Plan:\nType 2 diabetes: continue metformin\nHypertension - stable, continue lisinopril\nGout, continue allopurinol",
                &[
                    "== assessment-and-plan",
                    "H Assessment/Plan:",
                    "T Type 2 diabetes:",
                    "B continue metformin",
                    "T Hypertension - stable,",
                    "B continue lisinopril",
                    "T Gout,",
                    "B continue allopurinol",
                ],
            ),
            (
                "Impression:\n- Pneumonia\n- Dehydration\n- start fluids",
                &[
                    "== impression",
                    "H Impression:",
                    "L -",
                    "T Pneumonia",
                    "L -",
                    "T Dehydration",
                    "L -",
                    "I start fluids",
                ],
            ),
            (
                "ASSESSMENT\n1. PE was ruled out by CT.\n2. Migraine, for which she has used triptans for many years now, and which she would like to see better controlled.",
                &[
                    "== assessment",
                    "H ASSESSMENT",
                    "L 1.",
                    "T PE was ruled out by CT.",
                    "L 2.",
                    "T Migraine,",
                    "B for which she has used triptans for many years now, and which she would like to see better controlled.",
                ],
            ),
            (
                "A/P\nHypertension\n1. Continue lisinopril\n2. BMP in a week\n\nDiabetes\n1. Increase metformin",
                &[
                    "== assessment-and-plan",
                    "H A/P",
                    "T Hypertension",
                    "L 1.",
                    "I Continue lisinopril",
                    "L 2.",
                    "I BMP in a week",
                    "T Diabetes",
                    "L 1.",
                    "I Increase metformin",
                ],
            ),
            (
                "ASSESSMENT AND PLAN\n1. Hypertension\nAssessment: stable\nPlan: continue lisinopril\n2. Gout\nAssessment: flare\nPlan: colchicine\n\nPLAN\nCome back.",
                &[
                    "== assessment-and-plan",
                    "H ASSESSMENT AND PLAN",
                    "L 1.",
                    "T Hypertension",
                    "L Assessment:",
                    "B stable",
                    "L Plan:",
                    "B continue lisinopril",
                    "L 2.",
                    "T Gout",
                    "L Assessment:",
                    "B flare",
                    "L Plan:",
                    "B colchicine",
                    "== plan",
                    "H PLAN",
                    "B Come back.",
                ],
            ),
            (
                "ASSESSMENT\nRegarding his diabetes, we will go on with metformin.",
                &["== assessment", "H ASSESSMENT", "T Regarding his diabetes,", "B we will go on with metformin."],
            ),
            (
                "Plan:\nContinue Synthroid.\nReturn if worse.\nLisinopril 10 mg daily\nLabs: CBC",
                &[
                    "== plan",
                    "H Plan:",
                    "B Continue Synthroid.",
                    "B Return if worse.",
                    "B Lisinopril 10 mg daily",
                    "L Labs:",
                    "B CBC",
                ],
            ),
            (
                "HOSPITAL COURSE:\n1. Sepsis: The patient was given fluids.\n2. AKI: Resolved with fluids.\nThe patient went home.",
                &[
                    "== hospital-course",
                    "H HOSPITAL COURSE:",
                    "L 1.",
                    "T Sepsis:",
                    "B The patient was given fluids.",
                    "L 2.",
                    "T AKI: Resolved with fluids.",
                    "B The patient went home.",
                ],
            ),
            (
                "Brief Hospital Course:\n# Acute cholecystitis\nThe patient underwent surgery.\n\nChronic issues:\n# HTN - continued lisinopril",
                &[
                    "== hospital-course",
                    "H Brief Hospital Course:",
                    "L #",
                    "T Acute cholecystitis",
                    "B The patient underwent surgery.",
                    "== hospital-course",
                    "H Chronic issues:",
                    "L #",
                    "T HTN -",
                    "B continued lisinopril",
                ],
            ),
        ]);
    }

    #[test]
    fn problem_titles_in_messier_plans() {
        check(&[
            (
                "Assessment & Plan:\n65M w/ PMH of CAD p/w shock.\nNeuro: Sedated. Wean.\nCV: Septic shock - wean pressors\nRenal: AKI, likely ATN. Trend Cr.\nID: Pneumonia, cont cefepime",
                &[
                    "== assessment-and-plan",
                    "H Assessment & Plan:",
                    "B 65M w/ PMH of CAD p/w shock.",
                    "L Neuro:",
                    "T Sedated.",
                    "B Wean.",
                    "L CV:",
                    "T Septic shock -",
                    "B wean pressors",
                    "L Renal:",
                    "T AKI, likely ATN.",
                    "B Trend Cr.",
                    "L ID:",
                    "T Pneumonia,",
                    "B cont cefepime",
                ],
            ),
            (
                "Assessment/Plan:\nHTN, at goal\nContinue current regimen.\n\nDM2 with CKD 3\n A1c 8.1. Increase glargine.\n\nDepression (PHQ-9 12)\n - increase sertraline",
                &[
                    "== assessment-and-plan",
                    "H Assessment/Plan:",
                    "T HTN, at goal",
                    "B Continue current regimen.",
                    "T DM2 with CKD 3",
                    "B A1c 8.1.",
                    "B Increase glargine.",
                    "T Depression (PHQ-9 12)",
                    "L -",
                    "I increase sertraline",
                ],
            ),
            (
                "Assessment\nProblem #1: Acute sinusitis - amoxicillin\nProblem #2: Asthma - stable\nDx: Otitis media, right",
                &[
                    "== assessment",
                    "H Assessment",
                    "L Problem #1:",
                    "T Acute sinusitis -",
                    "B amoxicillin",
                    "L Problem #2:",
                    "T Asthma - stable",
                    "== assessment",
                    "H Dx:",
                    "T Otitis media, right",
                ],
            ),
            (
                "A/P: The problems are: 1) hypertension, controlled; 2) gout, on allopurinol; 3) obesity.",
                &[
                    "== assessment-and-plan",
                    "H A/P:",
                    "B The problems are:",
                    "L 1)",
                    "T hypertension, controlled;",
                    "L 2)",
                    "T gout, on allopurinol;",
                    "L 3)",
                    "T obesity.",
                ],
            ),
            (
                "Impression: Chest pain, likely musculoskeletal. Plan: Naproxen.",
                &[
                    "== impression",
                    "H Impression:",
                    "T Chest pain, likely musculoskeletal.",
                    "== plan",
                    "H Plan:",
                    "B Naproxen.",
                ],
            ),
            (
                "ASSESSMENT: Hypertension, stable on lisinopril. Diabetes, uncontrolled.",
                &[
                    "== assessment",
                    "H ASSESSMENT:",
                    "T Hypertension, stable on lisinopril.",
                    "T Diabetes, uncontrolled.",
                ],
            ),
            (
                "Assessment/Plan\nProblem List Items Addressed This Visit\n  Gout - Primary\n  Relevant Medications\n  allopurinol 100 mg tablet",
                &[
                    "== assessment-and-plan",
                    "H Assessment/Plan",
                    "L Problem List Items Addressed This Visit",
                    "T Gout - Primary",
                    "L Relevant Medications",
                    "B allopurinol 100 mg tablet",
                ],
            ),
            (
                "A&P\n1. Take one (1) tablet\n2. Knee pain, ? gout",
                &["== assessment-and-plan", "H A&P", "L 1.", "I Take one (1) tablet", "L 2.", "T Knee pain, ? gout"],
            ),
        ]);
    }

    #[test]
    fn no_sentence_is_endless() {
        let text = "a ".repeat(2000);
        let reading = read(&text);
        assert!(reading.sentences.len() > 1);
        assert!(reading.sentences.iter().all(|s| s.tokens.end - s.tokens.start <= 600));
    }

    #[test]
    fn lists_of_diagnoses() {
        check(&[
            (
                "DISCHARGE DIAGNOSES:\n1. Sepsis due to E. coli.\n2. Diabetes mellitus, type 2.\nDISPOSITION: Home.",
                &[
                    "== discharge-diagnoses",
                    "H DISCHARGE DIAGNOSES:",
                    "L 1.",
                    "T Sepsis due to E. coli.",
                    "L 2.",
                    "T Diabetes mellitus, type 2.",
                    "== disposition",
                    "H DISPOSITION:",
                    "B Home.",
                ],
            ),
            (
                "Admitting diagnosis: chest pain; dyspnea, hypertension",
                &["== admission-diagnoses", "H Admitting diagnosis:", "T chest pain;", "T dyspnea, hypertension"],
            ),
            (
                "PREOPERATIVE DIAGNOSIS: Cholelithiasis.\nPOSTOPERATIVE DIAGNOSIS: Same.",
                &[
                    "== preoperative-diagnosis",
                    "H PREOPERATIVE DIAGNOSIS:",
                    "T Cholelithiasis.",
                    "== postoperative-diagnosis",
                    "H POSTOPERATIVE DIAGNOSIS:",
                    "T Same.",
                ],
            ),
            (
                "Active Problems\nAsthma\nGERD\nObesity",
                &["== problem-list", "H Active Problems", "T Asthma", "T GERD", "T Obesity"],
            ),
        ]);
    }

    #[test]
    fn narrative_names_no_problems() {
        for text in [
            "HPI:\n- Hypertension\n- Diabetes: on metformin",
            "PMH:\n1. Asthma\n2. Gout",
            "FAMILY HISTORY\nDiabetes.\nGout.",
            "1. Take the pills.\n2. Rest.",
            "PLAN\n1. CBC\n2. Chest film",
        ] {
            assert_eq!(read(text).problems, [], "{text}");
        }
    }

    #[test]
    fn discussion_is_what_stands_under_a_title() {
        let text = "A/P\n1. Gout. Flare.\n- colchicine\n2. Rest at home.\n3. Asthma";
        let reading = read(text);
        let found: Vec<(String, Vec<String>)> = reading
            .problems
            .iter()
            .map(|p| {
                let show = |i: u32| reading.span(reading.sentences[i as usize].tokens).text(text).to_owned();
                (show(p.title), (p.discussion.0..p.discussion.1).map(show).collect())
            })
            .collect();
        let expected = [("Gout.", vec!["Flare.", "-", "colchicine"]), ("Asthma", vec![])];
        let expected: Vec<(String, Vec<String>)> =
            expected.into_iter().map(|(t, d)| (t.to_owned(), d.into_iter().map(str::to_owned).collect())).collect();
        assert_eq!(found, expected);
    }

    /// What holds of every reading.
    fn sound(text: &str) {
        let reading = read(text);
        let mut at = 0;
        for (i, token) in reading.tokens.iter().enumerate() {
            assert!(token.span.start < token.span.end && token.span.start >= at, "token {i} of {text:?}");
            token.span.text(text);
            at = token.span.end;
        }
        assert!(reading.folded.starts_with(' ') && reading.folded.ends_with(' '), "{text:?}");
        assert!(!reading.folded.contains("  "), "{text:?}");
        let (mut start, mut end) = (0, 0);
        for token in &reading.tokens {
            let form = token.folded.text(&reading.folded);
            assert_eq!(form.is_empty(), token.kind == TokenKind::Joint, "{text:?}");
            assert!(!form.contains(char::is_whitespace), "{text:?}");
            assert!(token.folded.start >= start && token.folded.end >= end, "{text:?}");
            (start, end) = (token.folded.start, token.folded.end);
        }
        let forms: Vec<&str> =
            reading.tokens.iter().map(|t| t.folded.text(&reading.folded)).filter(|f| !f.is_empty()).collect();
        let whole = if forms.is_empty() { " ".to_owned() } else { format!(" {} ", forms.join(" ")) };
        assert_eq!(reading.folded, whole, "{text:?}");

        let mut next = 0;
        let (mut section, mut paragraph) = (0, 0);
        for sentence in &reading.sentences {
            assert!(sentence.tokens.start == next && sentence.tokens.end > next, "{text:?}");
            next = sentence.tokens.end;
            assert!(sentence.section >= section && sentence.paragraph >= paragraph, "{text:?}");
            (section, paragraph) = (sentence.section, sentence.paragraph);
            let span = reading.span(sentence.tokens);
            let home = reading.section_of(sentence).span;
            assert!(home.start <= span.start && span.end <= home.end, "{text:?}");
        }
        assert_eq!(next as usize, reading.tokens.len(), "{text:?}");

        assert!(!reading.sections.is_empty());
        let mut at = 0;
        for section in &reading.sections {
            assert!(section.span.start == at && section.span.end >= at, "{text:?}");
            at = section.span.end;
            if let Some(heading) = section.heading {
                assert!(section.span.start <= heading.start && heading.end <= section.span.end, "{text:?}");
            }
        }
        assert_eq!(at as usize, text.len(), "{text:?}");

        let mut after = 0;
        for (i, problem) in reading.problems.iter().enumerate() {
            let title = &reading.sentences[problem.title as usize];
            assert_eq!((title.role, title.problem), (Role::ProblemTitle, Some(i as u32)), "{text:?}");
            assert!(problem.title >= after, "{text:?}");
            let (from, to) = problem.discussion;
            assert!(from == problem.title + 1 && to >= from, "{text:?}");
            after = to;
            for sentence in &reading.sentences[from as usize..to as usize] {
                assert_eq!((sentence.problem, sentence.section), (Some(i as u32), title.section), "{text:?}");
            }
        }
        for (i, sentence) in reading.sentences.iter().enumerate() {
            let i = i as u32;
            let inside = |p: u32| {
                let problem = &reading.problems[p as usize];
                problem.title == i || (problem.discussion.0..problem.discussion.1).contains(&i)
            };
            assert!(sentence.problem.is_none_or(inside), "{text:?}");
        }
    }

    const FRAGMENTS: &[&str] = &[
        " ",
        " ",
        " ",
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        "\t",
        ".",
        ". ",
        ",",
        ",",
        ";",
        ":",
        ": ",
        "-",
        " - ",
        "/",
        "(",
        ")",
        "#",
        "# ",
        "* ",
        "\u{2022} ",
        "1. ",
        "2. ",
        "3) ",
        "(1)",
        "a. ",
        "**",
        "==",
        "___",
        "[**x**]",
        "?",
        "!",
        "'",
        "\u{2019}s",
        "\"",
        "ASSESSMENT",
        "ASSESSMENT AND PLAN",
        "PLAN",
        "Plan:",
        "A/P:",
        "IMPRESSION:",
        "S:",
        "O:",
        "A:",
        "P:",
        "HPI",
        "HOSPITAL COURSE:",
        "DISCHARGE DIAGNOSES",
        "PMH:",
        "ROS",
        "HEENT:",
        "VITALS",
        "UNKNOWN THING:",
        "Hypertension",
        "Type 2 diabetes",
        "CHF",
        "continue Lasix",
        "The patient is well",
        "Regarding his gout, ",
        "Dr",
        "p.o.",
        "b.i.d.",
        "No",
        "2.5",
        "1,200",
        "80mg",
        "120/80",
        "\u{feff}",
        "\u{200b}",
        "\u{200d}",
        "\u{202e}",
        "\u{ad}",
        "\u{a0}",
        "\u{301}",
        "\u{e9}",
        "\u{fb01}",
        "\u{ff21}",
        "\u{ff1a}",
        "\u{1f600}",
        "\u{2014}",
        "\u{2026}",
        "\u{5d0}\u{5d1}",
        "\u{645}\u{631}\u{636}",
        "\u{fdfa}",
        "\u{ff9e}",
        "\u{bd}",
        "\u{1e9e}",
        "\u{130}",
        "\0",
        "\u{85}",
        "\u{2028}",
        "\u{b4}",
        "x",
        "E",
        "follow-up",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn every_reading_is_sound(parts in prop::collection::vec(prop::sample::select(FRAGMENTS), 0..40)) {
            sound(&parts.concat());
        }

        #[test]
        fn any_text_can_be_read(text in any::<String>()) {
            sound(&text);
        }
    }
}
