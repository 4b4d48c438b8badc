// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Dragonfly.Core.Failures;
using Dragonfly.Storage.Native;

namespace Dragonfly.Storage;

/// <summary>Turns what the file system says into failures: the one place where storage reads error numbers.</summary>
internal static class StorageFailures
{
    /// <summary>From an exception of <c>System.IO</c>; on Unix its HResult is the error number.</summary>
    /// <param name="error">The exception.</param>
    /// <param name="action">What was being done, as the start of a sentence.</param>
    /// <returns>The failure.</returns>
    internal static Failure From(Exception error, string action) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException => new Failure(FailureKind.NotFound, FailureSource.Local, $"{action}: {error.Message}"),
        UnauthorizedAccessException => new Failure(FailureKind.Denied, FailureSource.Local, $"{action}: {error.Message}"),
        IOException when IsNoSpace(error.HResult) => new Failure(FailureKind.NoSpace, FailureSource.Local, $"{action}: no space left on device"),
        IOException when error.HResult == Libc.ReadOnly => new Failure(FailureKind.Denied, FailureSource.Local, $"{action}: read-only file system"),
        PathTooLongException => new Failure(FailureKind.Invalid, FailureSource.Local, $"{action}: the name is too long for its file system"),
        _ => new Failure(FailureKind.Unavailable, FailureSource.Local, $"{action}: {error.Message}"),
    };

    /// <summary>From the error number of the last native call.</summary>
    /// <param name="action">What was being done, as the start of a sentence.</param>
    /// <returns>The failure.</returns>
    internal static Failure FromLastError(string action)
    {
        var number = Marshal.GetLastPInvokeError();
        var kind = number switch
        {
            Libc.NoEntry => FailureKind.NotFound,
            Libc.Exists => FailureKind.AlreadyExists,
            Libc.NoSpace or Libc.QuotaExceeded or Libc.FileTooBig => FailureKind.NoSpace,
            Libc.ReadOnly or 1 or 13 => FailureKind.Denied,
            Libc.NameTooLong => FailureKind.Invalid,
            Libc.CrossDevice => FailureKind.Rejected,
            _ => FailureKind.Unavailable,
        };
        return new Failure(kind, FailureSource.Local, $"{action}: {Marshal.GetPInvokeErrorMessage(number)}");
    }

    private static bool IsNoSpace(int number) => number is Libc.NoSpace or Libc.QuotaExceeded or Libc.FileTooBig;
}
