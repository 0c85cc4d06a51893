//! Noise, cuts and hang-ups around good frames.

use agent::wire::{BoardMessage, HostMessage};

use crate::fake::{Board, Host, Look, bare, check, play, ready, run, tokens};

fn pong(host_us: u64) -> BoardMessage<'static> {
    BoardMessage::Pong { host_us, ticks: 1000 }
}

#[test]
fn noise_before_between_and_after_frames_costs_no_frame() {
    for noise in [
        &b"login: "[..],
        b"\r\n\r\nU-Boot 2026\r\n",
        &[0xff; 3000],
        &[0; 50],
        &[1, 2, 3, 0, 4],
        &[0xfe, 0x80, 0x13],
    ] {
        let mut host = Host::new();
        let mut stream = noise.to_vec();
        for host_us in 1..=3 {
            stream.extend(host.frame(HostMessage::Ping { host_us }));
            stream.extend(noise);
        }
        check(bare(), vec![Look::Bytes(stream)], &[pong(1), pong(2), pong(3)]);
    }
}

#[test]
fn a_cut_frame_is_lost_alone() {
    let mut host = Host::new();
    let first = host.frame(HostMessage::Ping { host_us: 1 });
    let second = host.frame(HostMessage::Ping { host_us: 2 });
    for cut in 1..first.len() - 1 {
        let mut stream = first[..cut].to_vec();
        stream.extend(&second);
        check(bare(), vec![Look::Bytes(stream)], &[pong(2)]);
    }
}

#[test]
fn a_lost_port_ends_the_loop_while_waiting_and_while_running() {
    let bytes = tokens(&[5]);
    let mut host = Host::new();
    let prompt = host.look(HostMessage::Prompt { offset: 0, tokens: &bytes });
    let go = host.look(run(9));
    let idle = play(ready(), vec![prompt.clone(), Look::Gone, go.clone()]);
    let running = play(ready(), vec![prompt, go, Look::Nothing, Look::Gone]);
    assert!(running.len() > idle.len());
}

#[test]
fn a_port_that_takes_no_more_ends_the_loop() {
    let bytes = tokens(&[5]);
    for sends in 0..5 {
        let script = Host::looks(&[HostMessage::Prompt { offset: 0, tokens: &bytes }, run(3)]);
        // `play` returns only when the loop has ended.
        let said = play(Board { sends, ..ready() }, script);
        assert_eq!(said.is_empty(), sends == 0);
    }
}
