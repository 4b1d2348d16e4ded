/*
 * ADQL 2.1, as far as it is answered here. Written from the standard's text; functions have one form, and which of them
 * there are is decided when the tree is checked. Chains of operators are lists, so that long queries make no deep trees.
 */
grammar Adql;

options { caseInsensitive = true; }

whole: query SEMICOLON? EOF ;

query: with? setExpression orderBy? offset? ;

with: WITH common (COMMA common)* ;

common: name (LPAREN name (COMMA name)* RPAREN)? AS LPAREN query RPAREN ;

setExpression: setTerm (setOperator setTerm)* ;
setOperator: (UNION | EXCEPT) ALL? ;
setTerm: setPrimary (intersect setPrimary)* ;
intersect: INTERSECT ALL? ;
setPrimary: select | LPAREN query RPAREN ;

select
    : SELECT quantifier? (TOP INTEGER)? selectList
      FROM tableReference (COMMA tableReference)*
      (WHERE condition)?
      (GROUP BY value (COMMA value)*)?
      (HAVING condition)?
    ;
quantifier: DISTINCT | ALL ;
selectList: ASTERISK | selectItem (COMMA selectItem)* ;
selectItem: qualifier PERIOD ASTERISK # everythingOf
    | value (AS? name)? # derived ;
qualifier: name (PERIOD name)* ;

orderBy: ORDER BY orderTerm (COMMA orderTerm)* ;
orderTerm: value (ASC | DESC)? ;
offset: OFFSET INTEGER ;

tableReference: tablePrimary joined* ;
joined
    : CROSS JOIN tablePrimary # crossJoin
    | NATURAL joinType? JOIN tablePrimary # naturalJoin
    | joinType? JOIN tablePrimary joinCondition? # plainJoin
    ;
joinType: INNER | (LEFT | RIGHT | FULL) OUTER? ;
joinCondition: ON condition # onCondition
    | USING LPAREN name (COMMA name)* RPAREN # usingColumns ;
tablePrimary
    : tableName (AS? name)? # namedTable
    | LPAREN query RPAREN AS? name # derivedTable
    | LPAREN tableReference RPAREN # nestedTable
    ;
tableName: name (PERIOD name)* ;

condition: conjunction (OR conjunction)* ;
conjunction: negation (AND negation)* ;
negation: NOT* (predicate | LPAREN condition RPAREN) ;
predicate
    : EXISTS LPAREN query RPAREN # exists
    | value comparison value # compared
    | value NOT? BETWEEN value AND value # between
    | value NOT? IN LPAREN query RPAREN # inQuery
    | value NOT? IN LPAREN value (COMMA value)* RPAREN # inList
    | value NOT? (LIKE | ILIKE) value # like
    | value IS NOT? NULL # isNull
    ;
comparison: EQUAL | UNEQUAL | LESS | GREATER | LESSEQUAL | GREATEREQUAL ;

value: sum (CONCAT sum)* ;
sum: term ((PLUS | MINUS) term)* ;
term: factor ((ASTERISK | SOLIDUS) factor)* ;
factor: (PLUS | MINUS)* primary ;
primary
    : INTEGER # wholeNumber
    | (DECIMAL | APPROXIMATE) # realNumber
    | STRING # text
    | NULL # nothing
    | CAST LPAREN value AS castTarget RPAREN # cast
    | name LPAREN ASTERISK RPAREN # countAll
    | name LPAREN (quantifier? value (COMMA value)*)? RPAREN # function
    | name (PERIOD name)* # column
    | LPAREN value RPAREN # nested
    | LPAREN query RPAREN # scalarQuery
    ;
castTarget: name name? (LPAREN INTEGER RPAREN)? ;

name: IDENTIFIER | DELIMITED ;

// -- words ------------------------------------------------------------------------------------------------------------

ALL: 'ALL' ;
AND: 'AND' ;
AS: 'AS' ;
ASC: 'ASC' ;
BETWEEN: 'BETWEEN' ;
BY: 'BY' ;
CAST: 'CAST' ;
CROSS: 'CROSS' ;
DESC: 'DESC' ;
DISTINCT: 'DISTINCT' ;
EXCEPT: 'EXCEPT' ;
EXISTS: 'EXISTS' ;
FROM: 'FROM' ;
FULL: 'FULL' ;
GROUP: 'GROUP' ;
HAVING: 'HAVING' ;
ILIKE: 'ILIKE' ;
IN: 'IN' ;
INNER: 'INNER' ;
INTERSECT: 'INTERSECT' ;
IS: 'IS' ;
JOIN: 'JOIN' ;
LEFT: 'LEFT' ;
LIKE: 'LIKE' ;
NATURAL: 'NATURAL' ;
NOT: 'NOT' ;
NULL: 'NULL' ;
OFFSET: 'OFFSET' ;
ON: 'ON' ;
OR: 'OR' ;
ORDER: 'ORDER' ;
OUTER: 'OUTER' ;
RIGHT: 'RIGHT' ;
SELECT: 'SELECT' ;
TOP: 'TOP' ;
UNION: 'UNION' ;
USING: 'USING' ;
WHERE: 'WHERE' ;
WITH: 'WITH' ;

// -- signs ------------------------------------------------------------------------------------------------------------

LPAREN: '(' ;
RPAREN: ')' ;
COMMA: ',' ;
PERIOD: '.' ;
SEMICOLON: ';' ;
ASTERISK: '*' ;
SOLIDUS: '/' ;
PLUS: '+' ;
MINUS: '-' ;
CONCAT: '||' ;
EQUAL: '=' ;
UNEQUAL: '<>' | '!=' ;
LESSEQUAL: '<=' ;
GREATEREQUAL: '>=' ;
LESS: '<' ;
GREATER: '>' ;

// -- literals and names -----------------------------------------------------------------------------------------------

APPROXIMATE: (DIGIT+ (PERIOD DIGIT*)? | PERIOD DIGIT+) 'E' [+-]? DIGIT+ ;
DECIMAL: DIGIT+ PERIOD DIGIT* | PERIOD DIGIT+ ;
INTEGER: DIGIT+ ;
STRING: '\'' (~'\'' | '\'\'')* '\'' ;
DELIMITED: '"' (~'"' | '""')+ '"' ;
IDENTIFIER: [A-Z] [A-Z0-9_]* ;

COMMENT: '--' ~[\r\n]* -> skip ;
BLANK: [ \t\r\n\u000C]+ -> skip ;
/** Whatever else there is, so that the parser can say where. */
STRAY: . ;

fragment DIGIT: [0-9] ;
