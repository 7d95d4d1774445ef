# shellcheck shell=sh
# Sourced by bin/test after bin/setup.sh: brings the independent judges under .judges/, each in an environment of its own,
# because they pin versions that the product must not have. A judge that cannot be had is said, and its tests skip.

judges=${checkout:?}/.judges
verapdf_version=1.30.2
rocfl_version=1.7.0
fedora_version=6.0.0
jetty_version=9.4.57.v20241219

# install_commands: the system packages of what is not there.
install_commands() {
    wanted=
    has_command qpdf || wanted="$wanted qpdf"
    has_command pdftotext || wanted="$wanted poppler-utils"
    has_command strace || wanted="$wanted strace"
    has_command systemd-analyze || wanted="$wanted systemd"
    has_sshd || wanted="$wanted openssh-server"
    has_command sftp || wanted="$wanted openssh-client"
    has_command unzip || wanted="$wanted unzip"
    has_command chromium || wanted="$wanted chromium"
    has_command soffice || wanted="$wanted libreoffice-writer-nogui libreoffice-impress-nogui libreoffice-calc-nogui"
    has_command clamscan || wanted="$wanted clamav"
    has_command clamd || wanted="$wanted clamav-daemon"
    has_command java || wanted="$wanted default-jre-headless"
    has_postgresql || wanted="$wanted postgresql"
    has_command redis-server || wanted="$wanted redis-server"
    # axe's driver brings its own Node.js, which needs this library.
    ldconfig -p 2>/dev/null | grep -q 'libatomic[.]so[.]1' || wanted="$wanted libatomic1"
    { is_verapdf_current && is_fedora_current; } || has_command mvn || wanted="$wanted maven"
    is_rocfl_current || has_command cargo || wanted="$wanted cargo"
    [ -n "$wanted" ] || return 0
    # shellcheck disable=SC2086
    install_packages "programs the tests use" $wanted || say "going on without; the tests that need them skip"
}

has_command() { command -v "$1" >/dev/null 2>&1; }

# It is not on an ordinary user's PATH.
has_sshd() { has_command sshd || [ -x /usr/sbin/sshd ] || [ -x /usr/local/sbin/sshd ]; }

# Distributions keep the server's programs off PATH, a folder a version.
has_postgresql() {
    for program in /usr/lib/postgresql/*/bin/initdb /usr/pgsql-*/bin/initdb /usr/local/bin/initdb /usr/bin/initdb; do
        [ -x "$program" ] && [ -x "${program%initdb}postgres" ] && return 0
    done
    return 1
}

is_verapdf_current() { cmp -s "$checkout/requirements/judges-verapdf.sha256" "$judges/verapdf/.complete"; }

make_verapdf() {
    is_verapdf_current && return 0
    has_command mvn || return 1
    say "Setting up (first run only): veraPDF in .judges/verapdf"
    folder=$judges/verapdf
    rm -rf -- "$folder"
    mkdir -p "$folder"
    cat >"$folder/pom.xml" <<POM
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>judges</groupId>
  <artifactId>verapdf</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.verapdf.apps</groupId>
      <artifactId>cli</artifactId>
      <version>$verapdf_version</version>
    </dependency>
  </dependencies>
</project>
POM
    logged verapdf mvn --batch-mode --quiet --file "$folder/pom.xml" "-Dmaven.repo.local=$folder/repository" \
        org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
        -DincludeScope=runtime "-DoutputDirectory=$folder/lib" || return 1
    rm -rf -- "$folder/repository"
    # The jars that came are the jars that were locked, each of them and no other.
    (cd "$folder/lib" && LC_ALL=C && export LC_ALL && sha256sum -- *.jar) | cmp -s - "$checkout/requirements/judges-verapdf.sha256" || {
        say "veraPDF's files are not those of requirements/judges-verapdf.sha256; not used"
        rm -rf -- "${folder:?}/lib"
        return 1
    }
    cp -- "$checkout/requirements/judges-verapdf.sha256" "$folder/.complete"
}

is_fedora_current() { cmp -s "$checkout/requirements/judges-fedora.sha256" "$judges/fedora/.complete"; }

# Two files, and nothing of what they were built with: the one is a whole web application, the other a whole server.
make_fedora() {
    is_fedora_current && return 0
    has_command mvn || return 1
    say "Setting up (first run only): Fedora in .judges/fedora"
    folder=$judges/fedora
    rm -rf -- "$folder"
    mkdir -p "$folder"
    for artifact in "org.fcrepo:fcrepo-webapp:$fedora_version:war" "org.eclipse.jetty:jetty-runner:$jetty_version"; do
        logged fedora mvn --batch-mode --quiet "-Dmaven.repo.local=$folder/repository" \
            org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
            "-Dartifact=$artifact" "-DoutputDirectory=$folder/lib" || return 1
    done
    rm -rf -- "$folder/repository"
    (cd "$folder/lib" && LC_ALL=C && export LC_ALL && sha256sum -- *) | cmp -s - "$checkout/requirements/judges-fedora.sha256" || {
        say "Fedora's files are not those of requirements/judges-fedora.sha256; not used"
        rm -rf -- "${folder:?}/lib"
        return 1
    }
    cp -- "$checkout/requirements/judges-fedora.sha256" "$folder/.complete"
}

is_rocfl_current() { [ "$(cat "$judges/rocfl/.complete" 2>/dev/null)" = "$rocfl_version" ]; }

# A program in Rust, compiled from its source as its own lock says: that takes minutes, once.
make_rocfl() {
    is_rocfl_current && return 0
    has_command cargo || return 1
    say "Setting up (first run only, takes minutes): rocfl in .judges/rocfl"
    rm -rf -- "$judges/rocfl"
    mkdir -p "$judges/rocfl"
    logged rocfl cargo install rocfl --quiet --locked --version "$rocfl_version" --no-default-features \
        --root "$judges/rocfl" --target-dir "$judges/rocfl/target" || return 1
    rm -rf -- "$judges/rocfl/target"
    printf '%s' "$rocfl_version" >"$judges/rocfl/.complete"
}

# make_judge NAME: a virtual environment .judges/NAME from requirements/judges-NAME.txt.
make_judge() { make_environment "$judges/$1" "$checkout/requirements/judges-$1.txt" "judge-$1"; }

# pdftopdfa is no judge: it is a program that PDFs are given to where it is. It wants a newer Python than the product.
make_pdftopdfa() {
    is_current "$judges/pdftopdfa" "$checkout/requirements/judges-pdftopdfa.txt" && return 0
    for candidate in python3 python3.14 python3.13 python3.12 "${HOME:-/}"/.pyenv/versions/3.1[2-9].*/bin/python3; do
        python=$("$candidate" -I -c 'import ensurepip, sys; assert sys.version_info >= (3, 12); print(sys.executable)' \
            2>/dev/null) && break
    done
    [ -n "$python" ] || return 1
    (make_judge pdftopdfa)
}

set_up_judges() {
    mkdir -p "$judges"
    install_commands
    # They wait for the network more than for the processor, so they are fetched side by side.
    make_verapdf &
    verapdf=$!
    make_fedora &
    fedora=$!
    make_judge ro-crate &
    ro_crate=$!
    make_judge axe &
    axe=$!
    make_judge bagit-profile &
    bagit_profile=$!
    make_judge commons-ip &
    commons_ip=$!
    make_judge eark &
    eark=$!
    make_judge ocfl &
    ocfl=$!
    make_judge s3 &
    s3=$!
    make_judge rclone &
    rclone=$!
    make_judge sword2 &
    sword2=$!
    make_judge inveniordm &
    inveniordm=$!
    make_judge swh-deposit &
    swh_deposit=$!
    make_rocfl &
    rocfl=$!
    (make_pdftopdfa) || say "pdftopdfa could not be set up (it needs Python 3.12); the tests that need it skip"
    (make_judge bagit) || say "bagit-python could not be set up; the tests that need it skip"
    wait "$verapdf" || say "veraPDF could not be set up; the tests that need it skip"
    wait "$fedora" || say "Fedora could not be set up; the tests that need it skip"
    wait "$ro_crate" || say "roc-validator could not be set up; the tests that need it skip"
    wait "$bagit_profile" || say "bagit_profile could not be set up; the tests that need it skip"
    wait "$commons_ip" || say "commons-ip could not be set up; the tests that need it skip"
    wait "$eark" || say "eark-validator could not be set up; the tests that need it skip"
    wait "$ocfl" || say "ocfl-py could not be set up; the tests that need it skip"
    wait "$s3" || say "SeaweedFS could not be set up; the tests that need it skip"
    wait "$rclone" || say "rclone could not be set up; the tests that need it skip"
    wait "$sword2" || say "sword2 could not be set up; the tests that need it skip"
    wait "$inveniordm" || say "InvenioRDM could not be set up; the tests that need it skip"
    wait "$swh_deposit" || say "swh-deposit could not be set up; the tests that need it skip"
    wait "$rocfl" || say "rocfl could not be set up (it needs cargo, of Rust); the tests that need it skip"
    wait "$axe" || say "axe could not be set up; the tests that need it skip"
}
