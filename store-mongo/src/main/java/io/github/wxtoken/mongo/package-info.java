/**
 * Tokens in MongoDB. {@link io.github.wxtoken.mongo.MongoTokenStore} is all there is to use; {@code
 * mongodb:} and {@code mongodb+srv:} URLs open it through {@link
 * io.github.wxtoken.TokenStores#open}.
 */
@NullMarked
package io.github.wxtoken.mongo;

import org.jspecify.annotations.NullMarked;
