//! USB devices that are not there: a tree like `/sys` and `/dev` for umockdev's preloaded library,
//! which shows it to a child process in place of the system's.
//!
//! Written by hand, so that a test needs the library alone. A terminal of the tree is a link to a
//! pseudo-terminal, or a plain file where nobody opens it.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

/// A device of the tree.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plugged<'a> {
    /// Where it hangs on bus 1, as `2` or `2.3`.
    pub(crate) place: &'a str,
    pub(crate) vid: &'a str,
    pub(crate) pid: &'a str,
    pub(crate) product: &'a str,
    /// Empty where it has none.
    pub(crate) serial: &'a str,
    /// The name of its terminal, as `ttyACM0`; empty where it has none.
    pub(crate) tty: &'a str,
}

/// The tree, gone when dropped.
pub(crate) struct Tree(tempfile::TempDir);

impl Tree {
    /// An empty tree; `None`, with the reason printed, where the library is not installed.
    pub(crate) fn new() -> Option<Tree> {
        if library().is_none() {
            println!("skipped: umockdev is not installed; `tools/setup.sh tests` installs it");
            return None;
        }
        let tree = Tree(tempfile::tempdir().unwrap());
        for folder in ["sys/bus/usb/devices", "sys/class/tty", "dev", "ioctl"] {
            fs::create_dir_all(tree.path().join(folder)).unwrap();
        }
        // Whoever runs a child as another user lets it in.
        fs::set_permissions(tree.path(), fs::Permissions::from_mode(0o755)).unwrap();
        Some(tree)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// The node of a terminal, as it lies in the tree.
    pub(crate) fn node(&self, tty: &str) -> PathBuf {
        self.path().join("dev").join(tty)
    }

    /// Plugs a device in. Its terminal is a link to `terminal`, or a file.
    pub(crate) fn plug(&self, device: Plugged<'_>, terminal: Option<&str>) {
        let usb = self.usb(device.place);
        fs::create_dir_all(&usb).unwrap();
        let numbers = [("busnum", "1"), ("devnum", device.place.split('.').next_back().unwrap())];
        let words = [
            ("idVendor", device.vid),
            ("idProduct", device.pid),
            ("product", device.product),
            ("devpath", device.place),
            ("bcdDevice", "0100"),
            ("version", " 2.00"),
            ("speed", "12"),
            ("bDeviceClass", "ef"),
            ("bDeviceSubClass", "02"),
            ("bDeviceProtocol", "01"),
        ];
        for (name, text) in words.into_iter().chain(numbers) {
            fs::write(usb.join(name), format!("{text}\n")).unwrap();
        }
        if !device.serial.is_empty() {
            fs::write(usb.join("serial"), format!("{}\n", device.serial)).unwrap();
        }
        fs::write(usb.join("uevent"), "DEVTYPE=usb_device\nDRIVER=usb\n").unwrap();
        let bus = self.path().join("sys/bus/usb");
        symlink(&bus, usb.join("subsystem")).unwrap();
        symlink(&usb, bus.join(format!("devices/1-{}", device.place))).unwrap();
        if device.tty.is_empty() {
            return;
        }
        let interface = usb.join(format!("1-{}:1.0", device.place));
        let tty = interface.join("tty").join(device.tty);
        fs::create_dir_all(&tty).unwrap();
        fs::write(interface.join("bInterfaceNumber"), "00\n").unwrap();
        symlink(&bus, interface.join("subsystem")).unwrap();
        symlink(&interface, tty.join("device")).unwrap();
        match terminal {
            Some(terminal) => symlink(terminal, self.node(device.tty)).unwrap(),
            None => fs::write(self.node(device.tty), "").unwrap(),
        }
        symlink(&tty, self.path().join("sys/class/tty").join(device.tty)).unwrap();
    }

    /// Pulls a device out.
    pub(crate) fn pull(&self, device: Plugged<'_>) {
        if !device.tty.is_empty() {
            fs::remove_file(self.path().join("sys/class/tty").join(device.tty)).unwrap();
            fs::remove_file(self.node(device.tty)).unwrap();
        }
        fs::remove_file(self.path().join(format!("sys/bus/usb/devices/1-{}", device.place)))
            .unwrap();
        fs::remove_dir_all(self.usb(device.place)).unwrap();
    }

    fn usb(&self, place: &str) -> PathBuf {
        self.path().join(format!("sys/devices/pci0000:00/0000:00:14.0/usb1/1-{place}"))
    }

    /// What makes a child process see the tree, as variables of its environment.
    pub(crate) fn environment(&self) -> [(&'static str, PathBuf); 2] {
        [("UMOCKDEV_DIR", self.path().into()), ("LD_PRELOAD", library().unwrap())]
    }
}

fn library() -> Option<PathBuf> {
    const NAME: &str = "libumockdev-preload.so.0";
    let folders = fs::read_dir("/usr/lib").ok()?.flatten().map(|entry| entry.path());
    let more = ["/usr/lib", "/usr/lib64", "/usr/local/lib"].map(PathBuf::from);
    folders.chain(more).map(|folder| folder.join(NAME)).find(|path| path.exists())
}
