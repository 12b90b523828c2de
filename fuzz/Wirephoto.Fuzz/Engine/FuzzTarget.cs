namespace Wirephoto.Fuzz.Engine;

/// <summary>
/// A decoder under attack. <see cref="DecodeAsync"/> runs the product and is watched for time and memory; <see cref="CheckAsync"/> compares its verdict
/// with a slow rule that was written apart from it. Whatever either throws is a finding.
/// </summary>
public abstract class FuzzTarget
{
    /// <summary>Its name on the command line and the folder of its findings.</summary>
    public abstract string Name { get; }

    /// <summary>Bytes of payload at most.</summary>
    public virtual int MostBytes => 4096;

    /// <summary>Inputs that the tests run; a few seconds of them.</summary>
    public virtual int TestInputs => 8000;

    /// <summary>Whether the decoder may go on on other threads, so that their allocations count too.</summary>
    public virtual bool UsesThreads => false;

    /// <summary>Payloads to begin with.</summary>
    public abstract IEnumerable<byte[]> Seeds();

    /// <summary>Bytes that mean something to the decoder.</summary>
    public virtual IReadOnlyList<byte[]> Tokens => [];

    /// <summary>Bytes that decoding may allocate for a payload of this length.</summary>
    public virtual long MostAllocated(int payload) => (256 << 10) + (64L * payload);

    /// <summary>Puts lengths and checksums right, so that changes reach the rules behind them.</summary>
    public virtual byte[] Repair(byte[] payload, Random random) => payload;

    /// <summary>Runs the decoder. It turns the refusals that the decoder promises into verdicts, and lets everything else through.</summary>
    public abstract ValueTask<Verdict> DecodeAsync(FuzzInput input);

    /// <summary>Compares with the slow rule.</summary>
    /// <exception cref="FindingException">They disagree.</exception>
    public virtual ValueTask CheckAsync(FuzzInput input, Verdict verdict) => ValueTask.CompletedTask;
}
