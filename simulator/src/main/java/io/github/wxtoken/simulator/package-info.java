/**
 * WeChat's OAuth, session and token endpoints on localhost, for tests and demos of any client.
 *
 * <p>{@link io.github.wxtoken.simulator.WeChatSimulator#start()} is all that a test needs; {@link
 * io.github.wxtoken.simulator.Main} is the same as a program. Section numbers in comments refer to
 * the project's {@code wechat-protocol.md}; <i>[D]</i> is documented by WeChat, <i>[P]</i> seen in
 * practice, <i>[U]</i> unconfirmed.
 */
@org.jspecify.annotations.NullMarked
package io.github.wxtoken.simulator;
