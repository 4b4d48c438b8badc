// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Dragonfly.Cli.Output;

namespace Dragonfly.Cli.Get;

/// <summary>Standard output for content: a reader that went away is an error.</summary>
/// <remarks>
/// The console's stream takes a closed pipe for success, so <c>dfget -O - | head</c> would fetch the rest for nobody and call it done. A file stream
/// would write at its own place, not at the one that it shares with whoever writes before and after.
/// </remarks>
internal static partial class StandardOutput
{
    private const int Descriptor = 1;
    private const int Interrupted = 4;
    private const int Again = 11;
    private const int NoSpace = 28;
    private const int BrokenPipe = 32;
    private const short Writable = 4;

    /// <summary>Writes all of it.</summary>
    /// <exception cref="ToolException">It cannot be written.</exception>
    public static void Write(ReadOnlySpan<byte> content)
    {
        while (!content.IsEmpty)
        {
            nint written = Write(Descriptor, ref MemoryMarshal.GetReference(content), (nuint)content.Length);
            if (written >= 0)
            {
                content = content[(int)written..];
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted:
                    break;
                case Again:
                    // Somebody made the pipe non-blocking.
                    var wanted = new Waiting { Descriptor = Descriptor, Events = Writable };
                    _ = Poll(ref wanted, 1, -1);
                    break;
                case BrokenPipe:
                    throw new ToolException(ExitCode.Failed, "cannot write to standard output: its reader has closed it");
                case var error:
                    throw new ToolException(
                        error == NoSpace ? ExitCode.NoSpace : ExitCode.Failed, $"cannot write to standard output: {Marshal.GetPInvokeErrorMessage(error)}");
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, ref byte content, nuint length);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref Waiting descriptors, nuint count, int milliseconds);

    private struct Waiting
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }
}
