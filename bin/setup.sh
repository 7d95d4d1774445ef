# shellcheck shell=sh
# Sourced by bin/archiver and bin/test, with `checkout` set: finds Python, makes virtual environments from the locks in
# requirements/, installs missing system packages. Every message goes to stderr; a thing that cannot be had ends the run
# with status 4. Never touches an environment it did not make.

say() { printf 'archiver: %s\n' "$*" >&2; }

die() {
    say "$@"
    exit 4
}

# The system's tools sit in sbin folders that an ordinary user's PATH may lack.
PATH=$PATH:/usr/sbin:/sbin
state=${checkout:?}/.setup
python=

# --- one at a time ------------------------------------------------------------------------------------------------

lock_setup() {
    mkdir -p "$state" 2>/dev/null || die "cannot write in $checkout; give yourself write access to it, or clone it anew"
    exec 9>"$state/lock"
    command -v flock >/dev/null 2>&1 || return 0
    flock -n 9 && return 0
    say "Setting up: another run is at it already; waiting for it to finish"
    flock 9
}

unlock_setup() { exec 9>&-; }

# Runs a command with its output in a log that is shown only when it fails.
logged() {
    log=$state/$1.log
    shift
    if "$@" >"$log" 2>&1 </dev/null; then
        return 0
    fi
    tail -n 25 "$log" >&2
    return 1
}

# --- Python -------------------------------------------------------------------------------------------------------

probe='
import os, sys
if sys.version_info < (3, 11):
    sys.exit(1)
try:
    import ensurepip
except ImportError:
    ensurepip = None
print("with" if ensurepip else "without", "%d.%d" % sys.version_info[:2], os.path.realpath(sys._base_executable))
'

# Sets `python` to the real file of an interpreter >= 3.11 (not a link or a wrapper: then an upgrade that takes it away
# is noticed) and `python_version`; prefers one that can make virtual environments, told by `python_complete`.
find_python() {
    python='' python_version='' python_complete=without
    for candidate in ${ARCHIVER_PYTHON:+"$ARCHIVER_PYTHON"} python3 python3.14 python3.13 python3.12 python3.11; do
        answer=$("$candidate" -I -c "$probe" 2>/dev/null) || continue
        complete=${answer%% *}
        rest=${answer#* }
        if [ -z "$python" ] || [ "$complete" = with ]; then
            python=${rest#* } python_version=${rest%% *} python_complete=$complete
        fi
        [ "$complete" = without ] || return 0
    done
    [ -n "$python" ] || die "no Python 3.11 or newer found; install one, or name it: ARCHIVER_PYTHON=/path/to/python3 $0"
}

require_python() {
    [ -z "$python" ] || return 0
    find_python
    [ "$python_complete" = without ] || return 0
    install_packages "Python's venv module" "python$python_version-venv" || exit 4
    find_python
    [ "$python_complete" = with ] || die "$python cannot make virtual environments (no ensurepip module)"
}

is_current() { [ -x "$1/bin/python" ] && cmp -s "$2" "$1/.complete"; }

source_only=bagit,pairtree,bibtexparser,flask-mail,flask-principal,infinity,jsmin,maxminddb-geolite2,python-geoip,speaklater

pip_install() {
    # These few are published as source archives only; their build tools come from build.txt, locked too, so nothing
    # unlocked runs.
    env -u PIP_TARGET -u PIP_PREFIX -u PIP_ROOT -u PIP_CONSTRAINT -u PIP_REQUIREMENT PIP_USER=0 \
        "$1/bin/python" -I -m pip install --quiet --disable-pip-version-check --no-input --no-cache-dir \
        --require-hashes --no-deps --only-binary :all: --no-binary "$source_only" --no-build-isolation -r "$2"
}

# make_environment FOLDER LOCK NAME: makes the environment anew unless it was finished from this very lock. Built in place
# (its scripts name their own folder); the copy of the lock is written last, so a killed build is started over.
make_environment() {
    is_current "$1" "$2" && return 0
    require_python
    say "Setting up (first run only): Python packages in ${1#"$checkout"/}"
    if [ -e "$1/.made-by-archiver" ]; then
        rm -rf -- "$1"
    elif [ -e "$1" ] && ! rmdir -- "$1" 2>/dev/null; then
        die "$1 is there and was not made by this command; move it away and run again"
    fi
    { mkdir -p -- "$1" && : >"$1/.made-by-archiver"; } || die "cannot write in $checkout"
    logged "$3" "$python" -I -m venv "$1" || die "could not make the virtual environment $1"
    if grep -Eq "^($(printf %s "$source_only" | tr , '|'))==" "$2"; then
        logged "$3" pip_install "$1" "$checkout/requirements/build.txt" || die "could not install the build tools"
    fi
    logged "$3" pip_install "$1" "$2" ||
        die "could not install the Python packages of ${2#"$checkout"/}; is there a network? Run again to go on"
    cp -- "$2" "$1/.complete"
}

# Puts the checkout on an environment's path, by a path relative to it: a checkout may be moved.
add_checkout() {
    for site in "$1"/lib/python3.*/site-packages; do
        [ -e "$site/archiver-checkout.pth" ] || printf '../../../..\n' >"$site/archiver-checkout.pth"
    done
}

# --- system packages ----------------------------------------------------------------------------------------------

apt_knows() { apt-cache show --no-all-versions "$1" >/dev/null 2>&1; }

# The lock is not handed on here: a service that a system package starts would hold it for ever. pip does get it, so that
# a pip that outlives a killed run is waited for. $as_root is split on purpose.
apt_get() {
    # shellcheck disable=SC2086
    logged apt $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=600 "$@" 9>&-
}

# can_install: sets `as_root` to what makes a command run as root without a question, or fails.
can_install() {
    as_root=
    command -v apt-get >/dev/null 2>&1 || return 1
    [ "$(id -u)" -ne 0 ] || return 0
    as_root='sudo -n'
    sudo -n true >/dev/null 2>&1
}

# install_packages WHAT PACKAGE...: those that this distribution has.
install_packages() {
    what=$1
    shift
    if ! can_install; then
        say "$what: not found, and installing needs an administrator. Run this, then run again:"
        if command -v apt-get >/dev/null 2>&1; then
            say "  sudo apt-get update && sudo apt-get install --no-install-recommends $*"
        else
            say "  (with this system's package manager; the names on Debian are) $*"
        fi
        return 1
    fi
    say "Setting up (first run only): $what ($*)"
    for package in "$@"; do
        apt_knows "$package" || { apt_get update && break; }
    done
    known=
    for package in "$@"; do
        if apt_knows "$package"; then
            known="$known $package"
        else
            say "no package $package in this distribution; going on without it"
        fi
    done
    [ -n "$known" ] || return 1
    # Lists that are old name files that are gone: fetch the lists and try once more. $known is split on purpose.
    # shellcheck disable=SC2086
    apt_get install --no-install-recommends $known 2>/dev/null ||
        { apt_get update && apt_get install --no-install-recommends $known; }
}

has_library() { "$python" -I -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1])' "$1" 2>/dev/null; }

has_font() {
    for fonts in /usr/share/fonts /usr/local/share/fonts "${HOME:-/}/.local/share/fonts" "${HOME:-/}/.fonts"; do
        [ -d "$fonts" ] || continue
        [ -z "$(find -L "$fonts" -name "$1" 2>/dev/null | head -n 1)" ] || return 0
    done
    return 1
}

# What is missing is found by the things themselves, not by dpkg: any distribution may have brought them.
missing_packages() {
    has_library libpango-1.0.so.0 || printf 'libpango-1.0-0 '
    has_library libpangoft2-1.0.so.0 || printf 'libpangoft2-1.0-0 '
    has_library libharfbuzz-subset.so.0 || printf 'libharfbuzz-subset0 '
    has_font 'NotoSans-Regular.*' || printf 'fonts-noto-core '
    has_font 'NotoSansMono-Regular.*' || printf 'fonts-noto-mono '
    has_font 'NotoSansCJK-Regular.*' || printf 'fonts-noto-cjk '
    has_font 'unifont.[ot]tf' || printf 'fonts-unifont '
    has_font 'Symbola*' || printf 'fonts-symbola '
    has_font 'DejaVuSans.ttf' || printf 'fonts-dejavu-core '
}

install_system() {
    require_python
    missing=$(missing_packages)
    [ -n "$missing" ] || return 0
    # shellcheck disable=SC2086
    install_packages "system libraries and fonts" $missing ||
        die "without them nothing can be rendered. ARCHIVER_SKIP_SYSTEM=1 goes on without, for commands that render nothing"
    has_library libpangoft2-1.0.so.0 || die "Pango was installed but cannot be loaded"
}

# --- what bin/archiver needs --------------------------------------------------------------------------------------

set_up_runtime() {
    lock_setup
    if [ -z "${ARCHIVER_SKIP_SYSTEM:-}" ] && ! [ -e "$checkout/.venv/.system-complete" ]; then
        install_system
        system_complete=yes
    fi
    kept=
    [ -e "$checkout/.venv/.system-complete" ] && kept=yes
    make_environment "$checkout/.venv" "$checkout/requirements/runtime.txt" runtime
    add_checkout "$checkout/.venv"
    : >"$checkout/.venv/.system-complete-skipped"
    [ -z "${system_complete:-}$kept" ] || : >"$checkout/.venv/.system-complete"
    unlock_setup
}
