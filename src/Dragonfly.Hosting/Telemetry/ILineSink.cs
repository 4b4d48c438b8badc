// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.Hosting.Telemetry;

/// <summary>Takes finished log lines. Thread safe; never throws, because a full disk must not stop a download.</summary>
internal interface ILineSink : IDisposable
{
    /// <summary>Writes one line.</summary>
    /// <param name="line">The line in UTF-8 with its line feed.</param>
    void Write(ReadOnlySpan<byte> line);
}
