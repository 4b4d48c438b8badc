// SPDX-License-Identifier: Apache-2.0

using System.Collections.Immutable;
using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Dragonfly.Protocol.Validation;

/// <summary>Turns the rules of a message type into delegates over its generated properties.</summary>
internal static class RuleCompiler
{
    public static ImmutableArray<Func<T, string?>> Compile<T>()
        where T : class, IMessage<T>, new()
    {
        var descriptor = new T().Descriptor;
        var checks = ImmutableArray.CreateBuilder<Func<T, string?>>();
        foreach (var oneof in descriptor.Oneofs.Where(oneof => !oneof.IsSynthetic))
        {
            if (RuleTable.Of(descriptor.FullName, oneof.Name).Has("required"))
            {
                checks.Add(RequireOneof<T>(oneof));
            }
        }

        foreach (var field in descriptor.Fields.InFieldNumberOrder())
        {
            if (Field<T>(field, RuleTable.Of(descriptor.FullName, field.Name)) is { } check)
            {
                checks.Add(check);
            }
        }

        return checks.ToImmutable();
    }

    private static Func<T, string?> RequireOneof<T>(OneofDescriptor oneof)
        where T : class, IMessage<T>, new()
    {
        var violation = $"{oneof.Name}: one of its fields must be set";
        return message => oneof.Accessor.GetCaseFieldDescriptor(message) is null ? violation : null;
    }

    private static Func<T, string?>? Field<T>(FieldDescriptor field, FieldRules rules)
        where T : class, IMessage<T>, new()
    {
        if (field.IsMap || (rules.IsEmpty && field.FieldType != FieldType.Message))
        {
            return null;
        }

        if (field.IsRepeated)
        {
            return (Func<T, string?>?)Generic(nameof(RepeatedRules.For), typeof(RepeatedRules), typeof(T), ItemType<T>(field), field, rules);
        }

        var check = field.FieldType switch
        {
            FieldType.Message => Generic(nameof(NestedRules.For), typeof(NestedRules), typeof(T), Property<T>(field).PropertyType, field, rules),
            FieldType.String => TextRules.For(Getter<T, string>(field), field, rules),
            FieldType.Bytes => ScalarRules.Bytes(Getter<T, ByteString>(field), field, rules),
            FieldType.Enum => Generic(nameof(ScalarRules.Enum), typeof(ScalarRules), typeof(T), Property<T>(field).PropertyType, field, rules),
            _ => Generic(nameof(ScalarRules.Number), typeof(ScalarRules), typeof(T), Property<T>(field).PropertyType, field, rules),
        };
        return field.FieldType != FieldType.Message && field.HasPresence && check is not null
            ? OnlyWhenSet(field, (Func<T, string?>)check)
            : (Func<T, string?>?)check;
    }

    /// <summary>The generated getter of a field as a delegate.</summary>
    public static Func<T, TValue> Getter<T, TValue>(FieldDescriptor field) =>
        Property<T>(field).GetMethod!.CreateDelegate<Func<T, TValue>>();

    private static Func<T, string?> OnlyWhenSet<T>(FieldDescriptor field, Func<T, string?> check)
    {
        var isSet = typeof(T).GetProperty("Has" + field.PropertyName)!.GetMethod!.CreateDelegate<Func<T, bool>>();
        return message => isSet(message) ? check(message) : null;
    }

    private static PropertyInfo Property<T>(FieldDescriptor field) => typeof(T).GetProperty(field.PropertyName)!;

    private static Type ItemType<T>(FieldDescriptor field) => Property<T>(field).PropertyType.GetGenericArguments()[0];

    private static Delegate? Generic(string name, Type owner, Type message, Type value, FieldDescriptor field, FieldRules rules) =>
        (Delegate?)owner
            .GetMethod(name, BindingFlags.Static | BindingFlags.Public)!
            .MakeGenericMethod(message, value)
            .Invoke(null, [field, rules]);
}
