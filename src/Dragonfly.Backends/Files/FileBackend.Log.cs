// SPDX-License-Identifier: Apache-2.0
using Microsoft.Extensions.Logging;

namespace Dragonfly.Backends.Files;

/// <content>Log.</content>
public sealed partial class FileBackend
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Refused a file URL: {Path} is not below an allowed folder")]
    private partial void LogDenied(string path);
}
