/**
 * The command line {@code wxtoken}. {@link io.github.wxtoken.cli.Main} is what {@code java -jar}
 * starts; everything else is hidden.
 *
 * <p>A run:
 *
 * <ul>
 *   <li>{@code Main}, {@code Cli}: starts, parses, reports failures; {@code ExitCode}, {@code
 *       CliException}, {@code Problems}: how a command ends
 *   <li>{@code Session}: {@code Terminal} (streams and environment), {@code Interrupt} (Ctrl-C)
 *   <li>{@code CliLog}, {@code CliLoggers}: what the libraries log
 *   <li>{@code LineWriter}: the help, line by line; {@code Versions}: this program and its drivers
 * </ul>
 *
 * <p>Commands, one class each: {@code WxtokenCommand}, {@code DoctorCommand} with {@code Probe} and
 * {@code RecordSample}, {@code StatsCommand} with {@code Statistics}, {@code ShowCommand}, {@code
 * DeleteCommand}, {@code CopyCommand}, {@code VerifyCommand}, {@code PurgeCommand}, {@code
 * ReencryptCommand}, {@code SchemaCommand}, {@code CompletionCommand}, {@code ManCommand}.
 *
 * <p>Options:
 *
 * <ul>
 *   <li>{@code StoreOption}, {@code FromOption}, {@code ToOption}: name a store; {@code
 *       StoreChoice}, {@code StoreAddress}: what they say; {@code Keys}: keys of an encrypted
 *       store; {@code StoreIdentity}: which data a URL leads to
 *   <li>{@code DriverUrl}: adapts URLs to the drivers in this jar
 *   <li>{@code Durations}, {@code Options}: values; {@code Confirmation}: asks before deleting
 * </ul>
 *
 * <p>Copying and comparing:
 *
 * <ul>
 *   <li>{@code TokenSource}: where tokens come from, with {@code StoreSource}, {@code
 *       JsonLinesSource} (with {@code LineReader}, {@code JsonRow}) and {@code TableSource}; {@code
 *       FieldMapping}: {@code --map}
 *   <li>{@code JsonLinesTarget}: a file of tokens
 *   <li>{@code CopyRun}: one run; {@code TokenCopier}: one token, by compare-and-set; {@code
 *       ResumeFile}: how far it has come; {@code Comparison}: how two sides differ, with {@code
 *       SideBySide}: a walk over both
 *   <li>{@code Pipeline}, {@code Pacer}, {@code Patience}: many at a time, not too fast, and
 *       through outages
 *   <li>{@code Progress}, {@code Complaints}: what is shown meanwhile
 * </ul>
 */
@NullMarked
package io.github.wxtoken.cli;

import org.jspecify.annotations.NullMarked;
