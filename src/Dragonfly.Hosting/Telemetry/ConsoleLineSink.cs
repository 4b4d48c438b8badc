// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.Hosting.Telemetry;

/// <summary>Writes lines to standard output, one write each, so that lines of several threads never mix. Thread safe.</summary>
/// <param name="output">The stream.</param>
internal sealed class ConsoleLineSink(Stream output) : ILineSink
{
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> line)
    {
        lock (_gate)
        {
            try
            {
                output.Write(line);
            }
            catch (IOException)
            {
                // Whoever read our output has gone.
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => output.Dispose();
}
