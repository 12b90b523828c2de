# Sourced by ./server and ./client: brings one program up to date and becomes it.
#
#   launch PROJECT PROGRAM [ARGUMENT...]
#
# Builds on first use, and again only when something under src/ is newer than the last build. When nothing is, this costs one
# `find` and no .NET at all. The caller has set $root to the top of the repository, with symbolic links resolved.

launch() {
    local project=$1 program=$2
    shift 2
    local binary=$root/artifacts/programs/$project/$program
    local stamp=$root/artifacts/launch/$project.stamp

    if stale "$binary" "$stamp"; then
        require_dotnet
        mkdir -p "$root/artifacts/launch"
        (
            # Two at once build once: who waited for the lock finds the work done.
            if command -v flock >/dev/null && ! flock -n 9; then
                echo "waiting for another build of wirephoto…" >&2
                flock 9
            fi
            if stale "$binary" "$stamp"; then build "$project" "$stamp"; fi
        ) 9>"$root/artifacts/launch/lock"
    fi

    find_runtime
    exec "$binary" "$@"
}

# Folders count too: a deleted source file leaves only its folder changed. So does the machine.
stale() {
    [[ -x $1 && -e $2 && $(<"$2") == "$(machine)" ]] || return 0
    [[ -n $(find "$root/src" "$root"/Directory.*.props "$root/global.json" -name artifacts -prune -o -newer "$2" -print -quit) ]]
}

build() {
    local project=$1 stamp=$2 log=$root/artifacts/launch/$1.log programs=$root/artifacts/programs
    echo "building wirephoto…" >&2
    # The stamp is as old as the start of the build, so that an edit during the build counts as newer.
    machine >"$stamp.new"
    # Whoever breaks the build off wants neither the other way nor the program.
    trap 'exit 130' INT TERM
    if ! { links && publish "$project" native; }; then
        if ! publish "$project" ahead; then
            cat "$log.ahead" >&2
            echo "wirephoto: the build failed; its output stands above" >&2
            exit 1
        fi
        if links; then echo "wirephoto: native code could not be made, see $log.native: the program is compiled ahead instead, a little slower" >&2; fi
    fi
    # Beside the old program first, and then in its place: the file of a program that runs can't be written.
    rm -rf "${programs:?}/$project"
    mv "$programs/$project.new" "$programs/$project"
    mv "$stamp.new" "$stamp"
}

# Whether there is what links native code, as the .NET SDK looks for it.
links() {
    command -v clang >/dev/null || command -v gcc >/dev/null
}

# What the processor can do.
processor() {
    grep -m1 -s -E '^(flags|Features)' /proc/cpuinfo || true
}

# What a program depends on beside its sources: the processor that it is made for, and whether there was what links native code.
machine() {
    processor
    if links; then echo linked; fi
}

# What native code may use of it. All that .NET finds, or AVX-512 with the widest carry-less multiplication, which .NET overlooks: the checksums of PNG are made with it.
instruction_sets() {
    local flags flag
    flags=" $(processor) "
    for flag in avx512f avx512bw avx512cd avx512dq avx512vl vaes vpclmulqdq; do
        [[ $flags == *" $flag "* ]] || { echo native; return; }
    done
    echo x86-64-v4%2Caes_v512
}

# Published, not only built, and for the processor of this machine: as native code, which starts at once and does the most for its time, or else compiled ahead
# beside the runtime. See docs/decisions/programs-are-native-code.md.
publish() {
    local project=$1 how=$2 fresh=$root/artifacts/programs/$1.new options
    case $how in
    native) options=(-p:PublishAot=true -p:PublishReadyToRun=false -p:IlcInstructionSet="$(instruction_sets)" -p:OptimizationPreference=Speed) ;;
    ahead) options=(-p:PublishReadyToRunCrossgen2ExtraArgs=--instruction-set:native) ;;
    esac
    rm -rf "$fresh"
    # No build server may stay behind, and none may inherit the lock.
    (cd "$root" && DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 dotnet publish "src/$project/$project.csproj" \
        --configuration Release --artifacts-path "$root/artifacts" --output "$fresh" --use-current-runtime "${options[@]}" \
        --verbosity quiet --nologo -nodeReuse:false -p:UseSharedCompilation=false 9>&-) >"$root/artifacts/launch/$project.log.$how" 2>&1 </dev/null
}

require_dotnet() {
    if ! command -v dotnet >/dev/null; then
        echo "wirephoto: 'dotnet' was not found: install the .NET 10 SDK (https://dotnet.microsoft.com/download) and put it on PATH" >&2
        exit 1
    fi
    local version
    version=$(cd / && dotnet --version 2>/dev/null) || version=none
    if [[ ! ${version%%.*} =~ ^[0-9]+$ ]] || ((${version%%.*} < 10)); then
        echo "wirephoto: the .NET SDK is ${version}, and 10 or later is needed: https://dotnet.microsoft.com/download" >&2
        exit 1
    fi
}

# The program looks for .NET in the usual places; an SDK that is only on PATH has to be pointed out.
find_runtime() {
    if [[ -z ${DOTNET_ROOT:-} ]] && command -v dotnet >/dev/null; then
        local home
        home=$(readlink -f "$(command -v dotnet)")
        if [[ -d ${home%/*}/shared ]]; then export DOTNET_ROOT=${home%/*}; fi
    fi
}
