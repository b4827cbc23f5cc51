/**
 * WeChat's OAuth, session and token endpoints on localhost, for tests and demos of any client.
 *
 * <p>{@link io.github.wxtoken.simulator.WeChatSimulator#start()} is all that a test needs; {@link
 * io.github.wxtoken.simulator.Main} is the same as a program. Comments cite the project's
 * docs/wechat-protocol.md; <i>[U]</i> is what docs/wechat-protocol.md#evidence calls unconfirmed.
 */
@org.jspecify.annotations.NullMarked
package io.github.wxtoken.simulator;
