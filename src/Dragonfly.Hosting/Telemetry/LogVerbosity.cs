// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Hosting.Telemetry;

/// <summary>
/// The least level that is written, in the words of the original's <c>server.logLevel</c> and of its logger, zap; <c>trace</c> is ours. The original takes
/// the last three for <c>info</c>, with a warning on standard output; here they mean what they say.
/// </summary>
public enum LogVerbosity
{
    /// <summary>Everything, the web server's lines too.</summary>
    Trace,

    /// <summary>What helps to find a fault.</summary>
    Debug,

    /// <summary>What happens.</summary>
    Info,

    /// <summary>What may need attention.</summary>
    Warn,

    /// <summary>What failed.</summary>
    Error,

    /// <summary>What ends the program; the same as <see cref="Fatal"/>.</summary>
    Dpanic,

    /// <summary>What ends the program; the same as <see cref="Fatal"/>.</summary>
    Panic,

    /// <summary>What ends the program.</summary>
    Fatal,
}
